// How fast does one client publish packages of 20 KB, one after the other? What the two registries promise by their answer
// differs: ours has the archive, its name and its row on the disk (fsync, a full synchronisation of the database), has an
// entry in the audit log, has checked the token, read through the archive, and signed the version. Verdaccio has written
// the files and leaves it to the system when they reach the disk; it signs nothing, and here asks for no account.
import { randomBytes } from 'node:crypto';
import { packed } from '../test/support/tarball.ts';
import { startOurs } from './registry/ours.ts';
import { median, tell } from './registry/load.ts';
import { isQuick } from './registry/packages.ts';
import type { Peer } from './registry/peer.ts';
import { publish, publishBody } from './registry/publish.ts';
import { startVerdaccio } from './registry/verdaccio.ts';

const rounds = isQuick ? 2 : 5;
const inARound = isQuick ? 30 : 100;

await using ours = await startOurs();
await using verdaccio = await startVerdaccio();
const content = randomBytes(20_000);
const bodies = Array.from({ length: (rounds + 1) * inARound }, (_, index) => {
  const name = `published-${index}`;
  return publishBody(name, packed(name, '1.0.0', [{ path: 'package/noise', content }]));
});
const samples = { ours: [] as number[], theirs: [] as number[] };
for (let round = 0; round <= rounds; round += 1) {
  const part = bodies.slice(round * inARound, (round + 1) * inARound);
  const rates = { ours: await perMinute(ours, part), theirs: await perMinute(verdaccio, part) };
  // The first one warms up.
  if (round === 0) continue;
  samples.ours.push(rates.ours);
  samples.theirs.push(rates.theirs);
}
tell({
  name: 'publications of 20 KB, one client',
  value: median(samples.ours),
  unit: 'publications/min',
  better: 'higher',
  peer: { name: 'verdaccio', value: median(samples.theirs), target: 2 },
});

async function perMinute(peer: Peer, part: typeof bodies): Promise<number> {
  const startedAt = performance.now();
  for (const body of part) await publish(peer, body);
  return (part.length * 60_000) / (performance.now() - startedAt);
}
