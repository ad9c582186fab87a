import cql from 'cql-execution';
import fhir from 'cql-exec-fhir';

/** The content on cql-execution. */
export class Engine {
  #library;
  #codes;
  #unset;
  #source = fhir.PatientSource.FHIRv401();
  #wrapper = fhir.FHIRWrapper.FHIRv401();

  /**
   * @param elm compiled libraries
   * @param main name of the library to evaluate
   * @param valueSets lists of codes by URL
   */
  constructor(elm, main, valueSets) {
    const source = elm.find(({ library }) => library.identifier.id === main);
    this.#library = new cql.Library(source, new cql.Repository(elm));
    this.#codes = new cql.CodeService(
      Object.fromEntries(Object.entries(valueSets).map(([url, codes]) => [url, { '': codes }])));
    // Without value and default a parameter is null, but the engine gives its definition instead. Ours are lists, of
    // which null and empty mean the same.
    const bare = (source.library.parameters?.def ?? []).filter(parameter => parameter.default === undefined);
    this.#unset = Object.fromEntries(bare.map(parameter => [parameter.name, []]));
  }

  /** FHIR JSON as an object of the engine. */
  wrap(json) {
    return this.#wrapper.wrap(json);
  }

  /**
   * Evaluates every expression of the main library over one patient.
   *
   * @param at instant of evaluation, ISO 8601 with the offset in which "today" is told
   * @returns by name of the expression: {value} or {error}
   */
  async evaluate(bundle, parameters, at) {
    const context = new LibraryContext(
      this.#library,
      this.#patient(bundle),
      this.#codes,
      { ...this.#unset, ...parameters },
      cql.DateTime.fromJSDate(new Date(at), hours(at)));
    await prepare(context);
    const results = new Map();
    for (const [name, definition] of Object.entries(this.#library.expressions)) {
      if (name === 'Patient') continue; // the context itself, not a result
      results.set(name, await definition.execute(context).then(value => ({ value }), error => ({ error })));
    }
    return results;
  }

  /** The data source takes a contained resource for a FHIR.Resource and no more; here it has the type that it says. */
  #patient(bundle) {
    this.#source.reset();
    this.#source.loadBundles([bundle]);
    const patient = this.#source.currentPatient();
    const findRecords = patient.findRecords.bind(patient);
    patient.findRecords = (...query) => findRecords(...query).map(record => {
      const contained = (record._json.contained ?? []).map(json => this.wrap(json));
      const get = record.get.bind(record);
      record.get = element => (element === 'contained' ? contained : get(element));
      return record;
    });
    return patient;
  }
}

/**
 * The context of one library. The engine makes one for each way through the includes to a library, and evaluates the
 * library anew in each; here it has one for a patient.
 */
class LibraryContext extends cql.PatientContext {
  constructor(library, patient, codes, parameters, at, contexts = new Map()) {
    super(library, patient, codes, parameters, at);
    this.contexts = contexts.set(library.name, this);
  }

  getLibraryContext(alias) {
    const library = this.library.includes[alias];
    return this.contexts.get(library.name) ?? new LibraryContext(
      library, this.patient, this.codeService, this.parameters, this.executionDateTime, this.contexts);
  }
}

/**
 * Evaluates included libraries before those that include them. The engine evaluates the items of a list side by side,
 * and in each of them what is not known yet: from the top down, a case takes ten times as long.
 */
async function prepare(context, done = new Set()) {
  for (const [alias, library] of Object.entries(context.library.includes)) {
    if (done.has(library.name)) continue;
    done.add(library.name);
    const included = context.getLibraryContext(alias);
    await prepare(included, done);
    for (const definition of Object.values(library.expressions)) {
      await definition.execute(included).catch(() => {}); // the result that needs it will fail, and say so
    }
  }
}

/** The offset at the end of an instant, in hours. */
function hours(at) {
  const offset = /([+-])(\d\d):(\d\d)$/.exec(at);
  return offset ? Number(offset[1] + '1') * (Number(offset[2]) + Number(offset[3]) / 60) : 0;
}
