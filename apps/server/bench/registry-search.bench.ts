// How long does a search take among 10,000 packages? One client asks for words that names have, both registries in turns.
import { startOurs } from './registry/ours.ts';
import { quantile, tell } from './registry/load.ts';
import { isQuick, packageCount } from './registry/packages.ts';
import type { Peer } from './registry/peer.ts';
import { startVerdaccio } from './registry/verdaccio.ts';

const texts = ['anchor', 'harbor', 'keel', 'compass', 'tide', 'lantern', 'reef', 'voyage', 'sonar', 'w'];
const rounds = 1;
/** Ours is asked more often: a few samples tell nothing of its slowest ones. */
const oursInARound = isQuick ? 5 : 20;

await using ours = await startOurs();
await using verdaccio = await startVerdaccio();
const samples = { ours: [] as number[], theirs: [] as number[] };
for (let round = 0; round < rounds; round += 1) {
  for (const text of texts) {
    samples.theirs.push(await searchMs(verdaccio, text));
    for (let again = 0; again < oursInARound; again += 1) samples.ours.push(await searchMs(ours, text));
  }
}
const p95 = quantile(samples.ours, 0.95);
tell({ name: `search among ${packageCount} packages, p95`, value: p95, unit: 'ms', better: 'lower', target: 25 });
tell({
  name: `search among ${packageCount} packages, p95 against the median of the peer`,
  value: p95,
  unit: 'ms',
  better: 'lower',
  peer: { name: 'verdaccio', value: quantile(samples.theirs, 0.5), target: 0.01 },
});

async function searchMs({ registry }: Peer, text: string): Promise<number> {
  const startedAt = performance.now();
  const answer = await fetch(`${registry}/-/v1/search?text=${encodeURIComponent(text)}&size=20`);
  const { objects } = (await answer.json()) as { readonly objects: readonly unknown[] };
  const tookMs = performance.now() - startedAt;
  if (objects.length === 0) throw new TypeError(`${registry} finds nothing of ${text}.`);
  return tookMs;
}
