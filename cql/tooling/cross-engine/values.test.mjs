import assert from 'node:assert/strict';
import test from 'node:test';
import fhir from 'cql-exec-fhir';
import { difference } from './values.mjs';

const wrapper = fhir.FHIRWrapper.FHIRv401();
const compare = (expected, result) => difference(expected, result, json => wrapper.wrap(json));

test('null and what is left out are equal', () => {
  assert.equal(compare(undefined, { value: null }), null);
  assert.equal(compare({ a: 1 }, { value: { a: 1, b: null } }), null);
});

test('an empty list is not null, an order is not another order', () => {
  assert.equal(compare({ a: [] }, { value: { a: null } }).path, '.a');
  assert.equal(compare(['a', 'b'], { value: ['b', 'a'] }).path, '[]');
});

test('a difference deep inside is named by its path', () => {
  const found = compare({ a: [{ b: 'x' }] }, { value: { a: [{ b: 'y' }] } });
  assert.deepEqual(found, { path: '.a[].b', expected: 'x', actual: 'y' });
});

test('a failure is a difference', () => {
  assert.match(compare(true, { error: new Error('no such\noperator') }).actual, /no such operator/);
});

test('a resource equals the instance that CQL makes of it', () => {
  const json = { resourceType: 'MedicationRequest', status: 'draft', medicationCodeableConcept: { text: 'cells' } };
  const instance = { status: { value: 'draft' }, medication: { text: { value: 'cells' } }, note: [], subject: null };
  assert.equal(compare(json, { value: instance }), null);
  assert.equal(compare(json, { value: { ...instance, status: { value: 'active' } } }).path, '.status');
});
