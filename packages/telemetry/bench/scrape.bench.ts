// What does a page of 1,000 and of 10,000 series cost, and what do 10,000 series cost in memory?
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startTelemetry } from '@seaworthy/telemetry/node';
import { isQuick, median, report, run } from './harness.ts';
import { labelSets, openTelemetry, ours, prometheusIo, promClient } from './subjects.ts';

await using telemetry = await startTelemetry({
  service: 'bench',
  runtime: false,
  native: false,
  cardinalityLimit: 20_000,
});
const peers = { otel: openTelemetry(), io: prometheusIo(), old: promClient() };
let filled = 0;
fill(1_000);
await pages('page of 1,000 series', 4, 100);
fill(10_000);
await pages('page of 10,000 series', 2.5, 2);
const heaps = await heapOfEach();
for (const peer of ['@opentelemetry/sdk-metrics', '@prometheus-io/client'] as const) {
  report({
    name: 'heap of 10,000 series',
    peer,
    value: heaps.ours,
    peerValue: heaps[peer],
    target: 1,
    better: 'lower',
    unit: 'MiB',
  });
}

/** A counter with this many series. */
function fill(count: number): void {
  const sets = labelSets(count);
  for (const labels of sets.slice(filled)) {
    ours['bench.requests'].add(17, labels);
    peers.otel.add(17, labels);
    peers.io.counter.inc(labels, 17);
    peers.old.counter.inc(labels, 17);
  }
  filled = count;
}

async function pages(name: string, target: number, count: number): Promise<void> {
  const repeat = (page: () => Promise<unknown>) => async (times: number) => {
    for (let index = 0; index < times; index += 1) await page();
  };
  await run({
    name,
    ours: repeat(() => telemetry.render()),
    peers: {
      '@opentelemetry/exporter-prometheus': repeat(peers.otel.page),
      '@prometheus-io/client': repeat(() => Promise.resolve(peers.io.registry.metrics())),
      'prom-client': repeat(() => Promise.resolve(peers.old.registry.metrics())),
    },
    target: {
      '@opentelemetry/exporter-prometheus': target,
      '@prometheus-io/client': target,
      'prom-client': target,
    },
    better: 'higher',
    count,
    rounds: 24,
    unit: 'ms',
  });
}

/** In processes of their own, because a heap remembers what was there before. */
async function heapOfEach() {
  const subjects = ['ours', '@opentelemetry/sdk-metrics', '@prometheus-io/client'] as const;
  const found: Record<(typeof subjects)[number], number[]> = {
    ours: [],
    '@opentelemetry/sdk-metrics': [],
    '@prometheus-io/client': [],
  };
  for (let round = 0; round < (isQuick ? 1 : 3); round += 1) {
    for (const subject of subjects) found[subject].push(await heapOf(subject));
  }
  return Object.fromEntries(subjects.map((subject) => [subject, median(found[subject])])) as Record<
    (typeof subjects)[number],
    number
  >;
}

async function heapOf(subject: string): Promise<number> {
  const program = fileURLToPath(new URL('./program.ts', import.meta.url));
  const child = fork(program, ['heap', subject], { execArgv: [...process.execArgv] });
  const [message] = (await once(child, 'message')) as [number];
  await once(child, 'exit');
  return message;
}
