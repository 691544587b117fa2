import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { seaworthy, start, ended, type Ended } from '../support/bin.ts';
import { writeProject } from '../support/project.ts';
import { answer, startServer } from '../support/server.ts';

interface SlowCollector {
  readonly endpoint: string;
  /** Paths whose exports it has taken. */
  readonly taken: readonly string[];
}

/** A collector that takes its time. */
async function startCollector(afterMs: number): Promise<SlowCollector> {
  const taken: string[] = [];
  const server = createServer((request, response) => {
    request.resume();
    const timer = setTimeout(() => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      taken.push(request.url ?? '');
    }, afterMs);
    response.on('close', () => clearTimeout(timer));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, taken };
}

const both = ['/v1/metrics', '/v1/traces'];
const project = writeProject.bind(undefined, { 'notes.txt': 'nothing to see', 'report.json': '{}' });
const variables = (endpoint: string): NodeJS.ProcessEnv => ({
  SEAWORTHY_TELEMETRY_ENDPOINT: endpoint,
  SEAWORTHY_TELEMETRY_PROTOCOL: 'http/json',
});

/** Interrupts a push while the server lets it wait. */
async function interrupted(endpoint: string, signal: NodeJS.Signals): Promise<Ended & { readonly tookMs: number }> {
  const cwd = project();
  const report = await seaworthy(['audit', '--format', 'json', '--output', 'report.json'], cwd);
  expect(report.code).toBe(0);
  const waiting: ServerResponse[] = [];
  const server = await startServer((response) => {
    waiting.push(response);
    child.kill(signal);
  });
  const words = ['report', 'push', 'report.json', '--url', server.url];
  const child = start('src/main.ts', words, cwd, { variables: variables(endpoint) });
  const startedAt = performance.now();
  return { ...(await ended(child)), tookMs: performance.now() - startedAt };
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`an interrupted run (${signal}) exports everything, also to a collector that takes a second`, async () => {
    const collector = await startCollector(1_000);
    const { code, err } = await interrupted(collector.endpoint, signal);
    expect([code, err.includes('INTERRUPTED')]).toEqual([130, true]);
    expect(collector.taken.toSorted()).toEqual(both);
  });
}

test('an interrupted run ends in time when the collector never answers', async () => {
  const collector = await startCollector(60_000);
  const { code, tookMs } = await interrupted(collector.endpoint, 'SIGINT');
  expect(code).toBe(130);
  expect(tookMs).toBeLessThan(15_000);
});

test('a run that ends by itself exports everything to a slow collector, also when it has found nothing to say', async () => {
  const collector = await startCollector(1_000);
  expect((await seaworthy(['audit'], project(), { variables: variables(collector.endpoint) })).code).toBe(0);
  expect(collector.taken.toSorted()).toEqual(both);
});

test('a run that fails exports everything', async () => {
  const collector = await startCollector(200);
  const server = await startServer(answer(401, { code: 'unauthorized' }));
  const words = ['report', 'push', 'report.json', '--url', server.url];
  const { code } = await seaworthy(words, project(), { variables: variables(collector.endpoint) });
  expect(code).not.toBe(0);
  expect(collector.taken.toSorted()).toEqual(both);
});
