// What do names and versions cost on top of zod: to validate, to decode, to look up, to register, to migrate?
// Each case runs in several processes of its own: how V8 compiles a loop differs from one process to the next, and what a
// case leaves in the compiler and the heap is no part of another.
// Standard output carries one line of JSON for each case; explanations go to standard error.
import { cases, type Case } from './cases.ts';
import { measureInProcesses } from './processes.ts';

const isQuick = process.argv.includes('--quick');
const wanted = process.argv.slice(2).filter((word) => !word.startsWith('--'));

for (const one of cases) {
  if (wanted.length === 0 || wanted.some((word) => one.name.includes(word))) compare(one);
}

function compare({ name, peer, target, processes = 7, rounds = 101 }: Case): void {
  const measured = measureInProcesses(name, {
    processes: isQuick ? Math.min(3, processes) : processes,
    rounds: isQuick ? Math.min(21, rounds) : rounds,
    isQuick,
  });
  const [ours, theirs, ratio, least, most] = [
    measured.ours,
    measured.theirs,
    measured.ratio,
    measured.least,
    measured.most,
  ].map(round);
  process.stderr.write(`${name}\n  ours: ${ours} ns, ${peer}: ${theirs} ns, ${least} to ${most}\n`);
  const told = { package: 'schema-registry', case: name, peer, value: ours, unit: 'ns', ratio };
  console.log(JSON.stringify({ ...told, better: 'lower', target, holds: measured.ratio <= target }));
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
