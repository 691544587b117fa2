import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { metrics, trace } from '@opentelemetry/api';
import { expect, test } from 'vitest';
import { defineMetrics } from '../../src/index.ts';
import { startTelemetry, type Diagnosis } from '../../src/node.ts';

test('a foreign version of the API in the process is reported', () => {
  const program = fileURLToPath(new URL('../fixtures/foreign-api.ts', import.meta.url));
  const output = execFileSync(process.execPath, ['--conditions=@seaworthy/source', program], { encoding: 'utf8' });
  const { problems, apiVersions, registered } = JSON.parse(output) as Diagnosis;
  expect(apiVersions).toEqual(['1.9.0']);
  expect(registered).toEqual([]);
  expect(problems).toHaveLength(4);
  expect(problems[0]).toMatch(
    /did not take our metrics: the API in this process is 1\.9\.0.*npm ls @opentelemetry\/api/,
  );
});

test('all is well with one telemetry, and closing gives the API back', async () => {
  const telemetry = await startTelemetry({ service: 'test', runtime: false, traces: {} });
  expect(telemetry.diagnose()).toMatchObject({
    problems: [],
    registered: ['metrics', 'trace', 'context', 'propagation'],
    exporters: ['prometheus handler'],
  });
  await telemetry.close();
  expect(trace.getTracer('x').startSpan('x').isRecording()).toBe(false);
});

test('the second telemetry of a process is told that the API is taken', async () => {
  await using first = await startTelemetry({ service: 'first', runtime: false });
  await using second = await startTelemetry({ service: 'second', runtime: false });
  expect(first.diagnose().problems).toEqual([]);
  expect(second.diagnose().problems).toEqual([
    expect.stringContaining('did not take our metrics: another one was registered before'),
  ]);
});

test('a telemetry that exports nothing says so, and values that cannot be counted are named', async () => {
  const { odd } = defineMetrics({ name: 'odd' }, { odd: { type: 'counter', unit: '1', description: 'Odd.' } });
  await using telemetry = await startTelemetry({ service: 'test', runtime: false, prometheus: false, native: false });
  odd.add(-1);
  expect(telemetry.diagnose().problems).toEqual([
    'Nothing is exported: set `prometheus`, `otlp` or `console`.',
    'Metric odd was given 1 values that cannot be counted. Record finite numbers, for a counter not below 0.',
  ]);
});

test('native instruments are on the page beside ours, and not when they are not wanted', async () => {
  await using telemetry = await startTelemetry({ service: 'test', runtime: false });
  metrics.getMeter('lib').createCounter('lib.calls', { unit: '{call}', description: 'Calls.' }).add(3, { kind: 'a"b' });
  metrics.getMeter('lib').createHistogram('lib.wait', { unit: 'ms', description: 'Wait.' }).record(7);
  const { body } = await telemetry.render();
  expect(body).toContain('lib_calls_total{kind="a\\"b"} 3\n');
  expect(body).toContain('lib_wait_seconds_bucket{le="0.01"} 1\n');
  expect(body).toContain('lib_wait_seconds_sum 0.007\n');
});
