/**
 * Compares one result with what is expected of it.
 *
 * @param expected the export's JSON; undefined for null
 * @param result {value} or {error} of the engine
 * @param wrap turns FHIR JSON into an object of the engine
 * @returns null if equal, else the first place that differs: its path without indices, and both values there
 */
export function difference(expected, { value, error }, wrap) {
  if (error) return { path: '', expected, actual: `failed: ${error.message.replace(/\s+/g, ' ').trim()}` };
  return expected?.resourceType
    ? firstDifference(element(wrap(expected)), element(value))
    : firstDifference(plain(expected), plain(value));
}

/** Text, numbers, booleans, lists and objects without nulls. A date is its text in CQL. */
function plain(value) {
  if (value === null || value === undefined) return undefined;
  if (typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(plain).filter(item => item !== undefined);
  if (value.isDate || value.isDateTime) return value.toString();
  if (value.constructor !== Object) {
    throw new Error(`a result holds a ${value.constructor.name}: say in values.mjs how to compare it`);
  }
  return elementsOf(value, plain);
}

/**
 * A FHIR element. The engine keeps no class of an instance that CQL made, so this is an object of elements named as in
 * CQL ("medication", not "medicationCodeableConcept") without empty lists, and a FHIR primitive is its value.
 */
function element(value) {
  if (value === null || value === undefined || value.length === 0) return undefined;
  if (Array.isArray(value)) return value.map(element);
  if (typeof value !== 'object' || value.isDate || value.isDateTime) return plain(value);
  const elements = elementsOf(value, element);
  const names = Object.keys(elements);
  return names.length === 1 && names[0] === 'value' ? elements.value : elements;
}

function elementsOf(object, convert) {
  const converted = {};
  for (const name in object) {
    const value = convert(object[name]);
    if (value !== undefined) converted[name] = value;
  }
  return converted;
}

function firstDifference(expected, actual, path = '') {
  if (expected === actual) return null;
  if (!isObject(expected) || !isObject(actual) || Array.isArray(expected) !== Array.isArray(actual)) {
    return { path, expected, actual };
  }
  for (const name of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
    const step = Array.isArray(expected) ? '[]' : `.${name}`;
    const found = firstDifference(expected[name], actual[name], path + step);
    if (found) return found;
  }
  return null;
}

function isObject(value) {
  return typeof value === 'object' && value !== null;
}
