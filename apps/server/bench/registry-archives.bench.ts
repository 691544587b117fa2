// How fast are archives of 20 KB read, each of 10,000 packages? As in `registry-reads.bench.ts`; ours keeps some 800 of them
// in memory and reads the others from the disk, as Verdaccio reads all.
import { compare } from './registry/compare.ts';
import { tell } from './registry/load.ts';
import { startOurs } from './registry/ours.ts';
import { nameOf, packageCount } from './registry/packages.ts';
import { startVerdaccio } from './registry/verdaccio.ts';

await using ours = await startOurs();
await using verdaccio = await startVerdaccio();
const some = (index: number): string => nameOf((index * 7_919) % packageCount);
const pathOf = (index: number): string => `/${some(index)}/-/${some(index)}-1.1.0.tgz`;
await compare('archives of 20 KB', [ours, verdaccio], { target: 2.5, pathOf });
tell({
  name: 'resident memory after these downloads',
  value: ours.residentMegabytes(),
  unit: 'MiB',
  better: 'lower',
  peer: { name: 'verdaccio', value: verdaccio.residentMegabytes(), target: 0.5 },
});
