// One case in this process: `one-case.ts NAME ROUNDS [--quick]` prints the medians in nanoseconds.
import { cases } from './cases.ts';
import { lastResult, measure } from './harness.ts';

const [name, rounds, quick] = process.argv.slice(2);
const found = cases.find((one) => one.name === name);
if (found === undefined) throw new Error(`There is no case ${name}.`);
const measured = measure(found.make(quick === '--quick'), Number(rounds));
if (lastResult() === undefined) throw new RangeError(`"${name}" gave nothing.`);
process.stdout.write(JSON.stringify(measured));
