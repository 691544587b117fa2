// One case in this process: `one-case.ts NAME ROUNDS` prints the medians in nanoseconds.
import { cases } from './cases.ts';
import { measure } from './harness.ts';

const [name, rounds] = process.argv.slice(2);
const comparison = (await cases()).find((one) => one.name === name);
if (comparison === undefined) throw new Error(`There is no case ${name}.`);
process.stdout.write(JSON.stringify(measure(comparison, Number(rounds))));
