import { channel } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { defineMetrics } from '../src/index.ts';
import { startTelemetry, type Telemetry } from '../src/node.ts';
import { parsePage, type Sample } from './support/parse-page.ts';

const metrics = defineMetrics(
  { name: 'scraped' },
  {
    'scraped.jobs': {
      type: 'counter',
      unit: '{job}',
      description: 'Jobs done.',
      attributes: { outcome: ['ok', 'error'] },
    },
  },
);

let telemetry: Telemetry;
let errors: unknown[];
const server = createServer((request, response) => void telemetry.handler(request, response));

beforeEach(async () => {
  errors = [];
  telemetry = await startTelemetry({
    service: 'scraped',
    serviceVersion: '1.2.3',
    onError: (error) => errors.push(error),
    channels: [
      {
        channel: 'test:jobs:done',
        measure: (message) => {
          const { outcome } = message as { outcome: 'ok' | 'error' };
          metrics['scraped.jobs'].add(1, { outcome });
        },
      },
    ],
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(async () => {
  await telemetry.close();
  await new Promise((resolve) => server.close(resolve));
});

const scrape = async (): Promise<readonly Sample[]> => {
  const { port } = server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  return parsePage(await response.text());
};

test('a scrape shows the service, the process and what the program recorded a moment before', async () => {
  metrics['scraped.jobs'].add(7, { outcome: 'ok' });
  const samples = await scrape();
  const value = (name: string) => samples.find((sample) => sample.name === name)?.value;
  expect(value('scraped_jobs_total')).toBe(7);
  expect(samples.find(({ name }) => name === 'target_info')?.labels).toEqual({
    service_name: 'scraped',
    service_version: '1.2.3',
  });
  expect(value('process_memory_usage_bytes')).toBeGreaterThan(1_000_000);
  expect(value('process_cpu_time_seconds_total')).toBeGreaterThan(0);
  metrics['scraped.jobs'].add(1, { outcome: 'ok' });
  expect((await scrape()).find(({ name }) => name === 'scraped_jobs_total')?.value).toBe(8);
});

test('published events are measured, and what a measurement throws stays here', async () => {
  channel('test:jobs:done').publish({ outcome: 'error' });
  channel('test:jobs:done').publish(null);
  const samples = await scrape();
  expect(samples.find(({ name }) => name === 'scraped_jobs_total')).toEqual({
    name: 'scraped_jobs_total',
    labels: { outcome: 'error' },
    value: 1,
  });
  expect(samples.find(({ name }) => name === 'seaworthy_telemetry_errors_total')?.value).toBe(1);
  expect(errors).toHaveLength(1);
});

test('after closing nobody listens to the channels, and closing again changes nothing', async () => {
  await telemetry.close();
  await telemetry.close();
  expect(channel('test:jobs:done').hasSubscribers).toBe(false);
});

test('two that run at once read the same series, and closing one keeps them for the other', async () => {
  const other = await startTelemetry({ service: 'other', runtime: false });
  metrics['scraped.jobs'].add(2, { outcome: 'ok' });
  await telemetry.close();
  metrics['scraped.jobs'].add(1, { outcome: 'ok' });
  expect((await other.render()).body).toContain('scraped_jobs_total{outcome="ok"} 3\n');
  await other.close();
});

for (const [method, status] of [
  ['POST', 405],
  ['DELETE', 405],
  ['HEAD', 200],
] as const) {
  test(`${method} is answered with ${status} and no page`, async () => {
    const { port } = server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}/`, { method });
    expect(response.status).toBe(status);
    expect(await response.text()).toBe('');
  });
}

test('an onError that throws reaches nobody', async () => {
  const thrown: unknown[] = [];
  const listener = (error: unknown): void => void thrown.push(error);
  process.on('uncaughtException', listener);
  const fail = (): never => {
    throw new Error('from onError');
  };
  const other = await startTelemetry({
    service: 'other',
    runtime: false,
    channels: [{ channel: 'test:jobs:failing', measure: fail }],
    onError: fail,
  });
  channel('test:jobs:failing').publish({});
  // Node reports an exception of a subscriber on the next tick.
  await new Promise((resolve) => setImmediate(resolve));
  process.off('uncaughtException', listener);
  expect((await other.render()).body).toContain('\nseaworthy_telemetry_errors_total 1\n');
  await other.close();
  expect(thrown).toEqual([]);
});

test('without Prometheus there is no page, and flushing has nothing to wait for', async () => {
  const other = await startTelemetry({ service: 'other', runtime: false, prometheus: false });
  await expect(other.render()).rejects.toMatchObject({ code: 'seaworthy.telemetry.PROMETHEUS_OFF' });
  const statuses: number[] = [];
  await other.handler({ method: 'GET' }, { writeHead: (status) => statuses.push(status), end: () => undefined });
  expect(statuses).toEqual([404]);
  await other.flush(10);
  await other.close();
});
