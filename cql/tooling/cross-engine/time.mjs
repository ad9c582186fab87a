// node time.mjs EXPORT CASE [SECONDS]: see README.md
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Engine } from './engine.mjs';

const [folder, name, seconds = '5'] = process.argv.slice(2);
const read = (...path) => JSON.parse(readFileSync(join(folder, ...path), 'utf8'));
const engine = new Engine(
  readdirSync(join(folder, 'elm')).map(file => read('elm', file)), 'TherapyFit', read('valuesets.json'));
const { bundle, parameters, at } = read('cases', `${name}.json`);
const text = JSON.stringify(bundle);

await turn(Number(seconds)); // warms up
const turns = [];
for (let i = 0; i < 9; i++) turns.push(await turn(Number(seconds) / 5));
console.log(turns.sort((one, other) => one - other)[4].toFixed(2));

/** Milliseconds of CPU from the text of the record to the values of all expressions. */
async function turn(long) {
  const before = process.cpuUsage();
  const end = Date.now() + long * 1000;
  let count = 0;
  do {
    await engine.evaluate(JSON.parse(text), parameters, at);
    count++;
  } while (Date.now() < end);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / count;
}
