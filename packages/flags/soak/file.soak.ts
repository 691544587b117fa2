// Is a change of a file ever missed, a bad one taken, or a flag lost, when files are rewritten, replaced, swapped by their links,
// deleted, cut and filled with garbage at random? Each line of standard output is one finding; nothing on it means that all is well.
import { changeRandomly } from '../test/integration/file-changes.ts';

const [minutes = '5'] = process.argv.slice(2);
const endsAt = Date.now() + Number(minutes) * 60_000;

let total = 0;
for (let seed = Math.floor(Math.random() * 2 ** 30); Date.now() < endsAt || total < 1_000; seed += 10) {
  const reports = await Promise.all(Array.from({ length: 10 }, (_, index) => changeRandomly(seed + index, 100)));
  for (const { findings, done } of reports) {
    for (const finding of findings) process.stdout.write(`${finding}\n`);
    total += Object.values(done).reduce((sum, each) => sum + each, 0);
  }
}
process.stderr.write(`${total} changes were looked at.\n`);
