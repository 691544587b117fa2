import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const program = fileURLToPath(new URL('../fixtures/failing-load.ts', import.meta.url));

function run(missing: string): Readonly<Record<string, unknown>> {
  const args = ['--conditions=@seaworthy/source', program, missing];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', timeout: 60_000 })) as Record<
    string,
    unknown
  >;
}

for (const missing of ['resources', 'sdk-metrics', 'sdk-trace', 'context-async-hooks']) {
  test(`@opentelemetry/${missing} cannot be loaded: the start fails, and nothing is open, registered or exported`, () => {
    expect(run(`@opentelemetry/${missing}`)).toEqual({
      outcome: `Error: @opentelemetry/${missing} is not there`,
      requests: 0,
      opened: 0,
      listeners: 0,
      registered: ['NoopMeterProvider', 'NoopTracerProvider', false],
    });
  }, 90_000);
}

test('what is loaded at the first export and is not there is counted as dropped', () => {
  const { outcome, requests } = run('@opentelemetry/otlp-transformer');
  const reason = 'Error: @opentelemetry/otlp-transformer is not there';
  const lost = { exported: 0, lastError: reason };
  expect(outcome).toMatchObject({ metrics: lost, traces: { ...lost, dropped: { 'export-failed': 1 } } });
  expect(requests).toBe(0);
}, 90_000);
