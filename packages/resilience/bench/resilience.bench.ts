// What does protection cost a call that succeeds, what does an outage cost the other side, and what is left afterwards?
// Standard output carries one line of JSON for each case and peer; explanations go to standard error.
import { measure } from './harness.ts';
import { abortLatency, attemptsInOutage, bytesOf, handlesLeft, makeBreaker } from './outage.ts';
import { cockatielBreaker, opossum } from './peers.ts';
import { speed } from './speed.ts';

const isQuick = process.argv.includes('--quick');
const wanted = process.argv.slice(2).filter((word) => !word.startsWith('--'));

await compareSpeed();
await compareOutage();
for (const [where, ms] of await abortLatency(isQuick ? 50 : 500)) {
  tell({ case: `an abort during ${where} settles, at worst`, value: ms, unit: 'ms', target: 10 });
}
await compareMemory();
tell({ case: 'handles left after the registry is closed', value: await handlesLeft(), unit: 'handles', target: 0 });

async function compareSpeed(): Promise<void> {
  const { comparisons, close } = speed();
  for (const { name, ours, peers } of comparisons) {
    if (wanted.length > 0 && !wanted.some((word) => name.includes(word))) continue;
    const [value = Number.NaN, ...theirs] = await measure([ours, ...peers], isQuick ? 11 : 201);
    process.stderr.write(`${name}\n  ours: ${Math.round(value)} ns (${ours.gives})\n`);
    for (const [index, peer] of peers.entries()) {
      const other = theirs[index] ?? Number.NaN;
      process.stderr.write(`  ${peer.name}: ${Math.round(other)} ns (${peer.gives})\n`);
      tell({ case: name, peer: peer.name, value, unit: 'ns', ratio: value / other, target: peer.target });
    }
  }
  await close();
}

async function compareOutage(): Promise<void> {
  const { ours, cockatiel, pRetry } = await attemptsInOutage(isQuick ? 1_000 : 5_000);
  const name = 'attempts for each call in an outage';
  tell({ case: name, value: ours, unit: 'attempts', target: 1.3 });
  tell({ case: name, peer: 'cockatiel', value: ours, unit: 'attempts', ratio: ours / cockatiel });
  tell({ case: name, peer: 'p-retry', value: ours, unit: 'attempts', ratio: ours / pRetry });
  process.stderr.write(`${name}\n  ours: ${ours}, cockatiel: ${cockatiel}, p-retry: ${pRetry}\n`);
}

async function compareMemory(): Promise<void> {
  const count = isQuick ? 1_000 : 10_000;
  const ours = await bytesOf(makeBreaker, count);
  const name = 'memory of one breaker';
  tell({ case: name, value: ours, unit: 'bytes', target: 1_200 });
  const cockatiel = await bytesOf(cockatielBreaker, count);
  tell({ case: name, peer: 'cockatiel', value: ours, unit: 'bytes', ratio: ours / cockatiel });
  const breakers: { shutdown(): void }[] = [];
  const theirs = await bytesOf(() => {
    const breaker = opossum(async () => 1, { timeout: false });
    breakers.push(breaker);
    return breaker;
  }, count / 10);
  for (const breaker of breakers) breaker.shutdown();
  tell({ case: name, peer: 'opossum', value: ours, unit: 'bytes', ratio: ours / theirs });
  process.stderr.write(`${name}\n  ours: ${ours}, cockatiel: ${cockatiel}, opossum: ${theirs}\n`);
}

interface Told {
  readonly case: string;
  readonly peer?: string;
  readonly value: number;
  readonly unit: string;
  readonly ratio?: number;
  readonly target?: number | undefined;
}

function tell({ peer = null, ratio = null, target = null, value, ...told }: NullableTold): void {
  const holds = target === null || (ratio ?? value) <= target;
  const numbers = { value: round(value), ratio: ratio === null ? null : round(ratio) };
  console.log(JSON.stringify({ package: 'resilience', ...told, peer, ...numbers, better: 'lower', target, holds }));
}

type NullableTold = Omit<Told, 'peer' | 'ratio' | 'target'> & {
  readonly peer?: string | null;
  readonly ratio?: number | null;
  readonly target?: number | null | undefined;
};

function round(value: number): number {
  return Number(value.toPrecision(4));
}
