import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { startCollector, type Collector } from '../support/collector.ts';
import { metricOf, pointsOf, spansOf } from '../support/otlp-body.ts';

const program = fileURLToPath(new URL('../fixtures/exporting.ts', import.meta.url));

interface More {
  readonly other?: string | undefined;
  readonly closeTimeoutMs?: number;
}

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly output: string;
}

/** What holds a program longer than it may is killed: such a program has ended by SIGKILL. */
const longestMs = 60_000;

async function run(ending: string, endpoint: string, signal?: NodeJS.Signals, more: More = {}): Promise<Ended> {
  const { other, closeTimeoutMs = 2 * longestMs } = more;
  const endpoints = other === undefined ? [endpoint] : [endpoint, other];
  const child = spawn(process.execPath, ['--conditions=@seaworthy/source', program, ending, ...endpoints], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, CLOSE_TIMEOUT_MS: String(closeTimeoutMs) },
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (signal === undefined || !text.includes('ready')) return;
    child.kill(signal);
  });
  const stuck = setTimeout(() => child.kill('SIGKILL'), longestMs);
  const [code, killed] = (await once(child, 'exit')) as [number | null, string | null];
  clearTimeout(stuck);
  return { code, signal: killed, output };
}

function expectEverything({ received }: Collector): void {
  const metrics = received.find(({ path }) => path === '/v1/metrics');
  const spans = received.find(({ path }) => path === '/v1/traces');
  if (metrics === undefined || spans === undefined) throw new TypeError('something was not exported');
  expect(pointsOf(metricOf(metrics, 'program.done'))).toEqual([[{}, 42]]);
  expect(spansOf(spans).map(({ name }) => name)).toEqual(['work']);
}

test('(1) a program that ends normally exports everything', async () => {
  await using collector = await startCollector();
  expect(await run('normal', collector.endpoint)).toMatchObject({ code: 0, signal: null });
  expectEverything(collector);
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`(2) ${signal} exports everything, and the process ends by it`, async () => {
    await using collector = await startCollector();
    expect(await run('signal', collector.endpoint, signal)).toMatchObject({ code: null, signal });
    expectEverything(collector);
  });
}

for (const slow of ['first', 'second'] as const) {
  test(`(4) of two telemetries both export at a signal, also when the ${slow} one has a slow collector`, async () => {
    await using quick = await startCollector();
    await using late = await startCollector();
    late.answer({ status: 200, afterMs: 400 });
    const endpoints = slow === 'first' ? [late.endpoint, quick.endpoint] : [quick.endpoint, late.endpoint];
    const ended = await run('signal', endpoints[0] ?? '', 'SIGTERM', { other: endpoints[1] });
    expect(ended).toMatchObject({ code: null, signal: 'SIGTERM' });
    for (const { answered } of [quick, late]) expect(answered).toContain('/v1/metrics');
  });
}

test('(3) with another listener the program ends as that one wants', async () => {
  await using collector = await startCollector();
  const ended = await run('own-handler', collector.endpoint, 'SIGTERM');
  expect(ended).toMatchObject({ code: 7, signal: null, output: 'ready\nhandled\n' });
  expectEverything(collector);
});

test('a collector that never answers holds the end of a program for `closeTimeoutMs` and not longer', async () => {
  await using collector = await startCollector();
  collector.answer('never');
  const ended = await run('signal', collector.endpoint, 'SIGTERM', { closeTimeoutMs: 2_000 });
  expect(ended).toMatchObject({ code: null, signal: 'SIGTERM' });
});

test('a collector that is not there holds the end of a program by no retries', async () => {
  expect(await run('normal', 'http://127.0.0.1:9')).toMatchObject({ code: 0, signal: null });
});
