// How fast is metadata read? Verdaccio 6 and this server have the same 10,000 packages and are asked in turns, over 50
// connections, by one generator of load. On a machine with two cores the generator takes one and the registry the other.
// Both log each request into a file; ours measures and traces it as well, and checks nothing less than it does elsewhere.
// Each package is asked for once before: ours then has its documents in memory, as it has those that are asked for often.
// What else runs on the machine slows both down, and the time that each computes for an answer hardly at all: it is told too.
import { compare } from './registry/compare.ts';
import { openConnection, requestOf } from './registry/connection.ts';
import { connections, tell } from './registry/load.ts';
import { startOurs } from './registry/ours.ts';
import { nameOf, packageCount } from './registry/packages.ts';
import type { Peer } from './registry/peer.ts';
import { startVerdaccio } from './registry/verdaccio.ts';

await using ours = await startOurs();
await using verdaccio = await startVerdaccio();
const headers = { accept: 'application/vnd.npm.install-v1+json' };

const first = { ours: await askForEach(ours), theirs: await askForEach(verdaccio) };
tell({
  name: `metadata of ${packageCount} packages, each for the first time, processor time of an answer`,
  value: first.ours,
  unit: 'µs',
  better: 'lower',
  peer: { name: 'verdaccio', value: first.theirs, target: 1 },
});
// A step that has no factor in common with the number of packages visits each of them.
const pathOf = (index: number): string => `/${nameOf((index * 7_919) % packageCount)}`;
await compare('metadata', [ours, verdaccio], { target: 3, pathOf, headers });
tell({
  name: 'resident memory after these reads',
  value: ours.residentMegabytes(),
  unit: 'MiB',
  better: 'lower',
  peer: { name: 'verdaccio', value: verdaccio.residentMegabytes(), target: 0.5 },
});

async function askForEach(peer: Peer): Promise<number> {
  const { port, pathname } = new URL(peer.registry);
  const before = pathname === '/' ? '' : pathname;
  const computed = peer.processorMs();
  let next = 0;
  const lane = async (): Promise<void> => {
    const connection = await openConnection(Number(port));
    while (next < packageCount) {
      const path = `${before}/${nameOf((next += 1) - 1)}`;
      const status = await connection.ask(requestOf('GET', path, headers));
      if (status !== 200) throw new TypeError(`${peer.name} answers ${path} with ${status}.`);
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: connections }, lane));
  return ((peer.processorMs() - computed) * 1_000) / packageCount;
}
