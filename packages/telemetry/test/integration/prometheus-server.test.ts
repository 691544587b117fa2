import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { defineMetrics, observe } from '../../src/index.ts';
import { startTelemetry } from '../../src/node.ts';
import { programOrSkip } from '../support/programs.ts';

const { 'checkout.duration': duration } = defineMetrics(
  { name: 'checkout' },
  { 'checkout.duration': { type: 'histogram', unit: 's', description: 'Time.', attributes: { shop: 'string' } } },
);

let running: ChildProcess | undefined;
let folder: string | undefined;
afterEach(async () => {
  if (running?.exitCode === null) {
    running.kill();
    await once(running, 'exit');
  }
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Asks until the answer has something, for at most 20 seconds. */
async function eventually<Answer>(ask: () => Promise<readonly Answer[]>): Promise<readonly Answer[]> {
  const deadline = performance.now() + 20_000;
  for (;;) {
    const answers = await ask().catch(() => []);
    if (answers.length > 0 || performance.now() > deadline) return answers;
    await pause(200);
  }
}

test('a real Prometheus scrapes the page, and answers an exemplar query with our trace id', async (context) => {
  const prometheus = programOrSkip(context, 'prometheus');
  await using telemetry = await startTelemetry({ service: 'checkout', prometheus: { port: 0 }, traces: {} });
  let traceId = '';
  await observe('checkout', { metric: duration, attributes: { shop: 'web' } }, (span) => {
    ({ traceId } = span.spanContext());
  });
  folder = mkdtempSync(join(tmpdir(), 'prometheus-'));
  const target = new URL(telemetry.url ?? '').host;
  const config = `global: {scrape_interval: 1s}\nscrape_configs: [{job_name: app, static_configs: [{targets: ['${target}']}]}]\n`;
  writeFileSync(join(folder, 'prometheus.yml'), config);
  const port = await freePort();
  const flags = [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--enable-feature=exemplar-storage',
  ];
  running = spawn(prometheus, flags, { stdio: 'ignore' });
  const ask = async <Answer>(path: string): Promise<Answer> => {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`);
    return ((await response.json()) as { data: Answer }).data;
  };

  const up = await eventually(async () => {
    const { result } = await ask<{ result: { value: [number, string] }[] }>('query?query=up==1');
    return result;
  });
  expect(up).toHaveLength(1);
  const range = `start=${Date.now() / 1000 - 3600}&end=${Date.now() / 1000 + 3600}`;
  const found = await eventually(() =>
    ask<{ exemplars: { labels: { trace_id: string }; value: string }[] }[]>(
      `query_exemplars?query=checkout_duration_seconds_bucket&${range}`,
    ),
  );
  expect(found[0]?.exemplars[0]?.labels.trace_id).toBe(traceId);
  const { result } = await ask<{ result: { metric: Record<string, string>; value: [number, string] }[] }>(
    'query?query=checkout_duration_seconds_count',
  );
  expect(result[0]).toMatchObject({ metric: { shop: 'web', job: 'app' }, value: [expect.any(Number), '1'] });
}, 60_000);

test('the port that is taken is named, and nothing stays open', async () => {
  await using telemetry = await startTelemetry({ service: 'one', runtime: false, prometheus: { port: 0 } });
  const port = Number(new URL(telemetry.url ?? '').port);
  const second = startTelemetry({ service: 'two', runtime: false, prometheus: { port } });
  await expect(second).rejects.toMatchObject({ code: 'seaworthy.telemetry.PORT_UNAVAILABLE' });
  const page = await fetch(telemetry.url ?? '');
  expect(page.status).toBe(200);
  expect((await fetch(new URL('/other', telemetry.url))).status).toBe(404);
});
