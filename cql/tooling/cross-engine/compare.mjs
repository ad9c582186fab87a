// node compare.mjs EXPORT [CASE...]: see README.md
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Engine } from './engine.mjs';
import { difference } from './values.mjs';

const [folder, ...wanted] = process.argv.slice(2);
const started = Date.now();
const read = (...path) => JSON.parse(readFileSync(join(folder, ...path), 'utf8'));

const engine = new Engine(
  readdirSync(join(folder, 'elm')).map(file => read('elm', file)), 'TherapyFit', read('valuesets.json'));
const cases = readdirSync(join(folder, 'cases'))
  .map(file => basename(file, '.json'))
  .filter(name => wanted.length === 0 || wanted.some(start => name.startsWith(start)));

let values = 0;
const found = [];
for (const name of cases) {
  const { bundle, parameters, at, expected } = read('cases', `${name}.json`);
  bundle.entry.reverse(); // ours had them sorted; what a retrieve gives has no order, so no result may depend on it
  const results = await engine.evaluate(bundle, parameters, at);
  for (const expression of new Set([...results.keys(), ...Object.keys(expected)])) {
    values++;
    const where = difference(expected[expression], results.get(expression) ?? {}, json => engine.wrap(json));
    if (where) found.push({ case: name, ...where, place: expression + where.path });
  }
}

const places = new Map();
for (const one of found) places.set(one.place, [...(places.get(one.place) ?? []), one]);
for (const [place, differences] of [...places].sort(([, a], [, b]) => b.length - a.length)) {
  console.log(`${place}: different in ${differences.length} cases`);
  for (const { case: name, expected, actual } of differences.slice(0, 3)) {
    const [ours, theirs] = excerpts(expected, actual);
    console.log(`  ${name}\n    ours   ${ours}\n    theirs ${theirs}`);
  }
}
console.log(
  `${cases.length} cases, ${values} values of expressions: ${values - found.length} equal, ${found.length} different`
    + ` (${Math.round((Date.now() - started) / 1000)} s)`);
process.exitCode = found.length === 0 && cases.length > 0 ? 0 : 1;

/** Both values as JSON, from shortly before they part. */
function excerpts(...values) {
  const [ours, theirs] = values.map(value => JSON.stringify(value) ?? 'null');
  let same = 0;
  while (same < ours.length && ours[same] === theirs[same]) same++;
  return [ours, theirs].map(text => text.slice(Math.max(0, same - 60), same + 120));
}
