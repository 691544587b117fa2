import { expect, test, vi } from 'vitest';
import { defineMetrics } from '../src/index.ts';
import { startTelemetry } from '../src/node.ts';

const { 'stall.sales': sales } = defineMetrics(
  { name: 'stall' },
  {
    'stall.sales': { type: 'counter', unit: '{sale}', description: 'Sales.', attributes: { fruit: 'string' } },
  },
);

/** What the exporters of the SDK hand to the console, as values and not as they are printed. */
async function written(console_: boolean | readonly ('metrics' | 'traces')[]): Promise<readonly unknown[]> {
  const lines: unknown[] = [];
  const spy = vi.spyOn(console, 'dir').mockImplementation((value: unknown) => void lines.push(value));
  try {
    const telemetry = await startTelemetry({
      service: 'stall',
      runtime: false,
      exportAtExit: false,
      console: console_,
      closeTimeoutMs: 60_000,
    });
    expect(telemetry.diagnose().exporters).toEqual(['prometheus handler', 'console']);
    sales.add(2, { fruit: 'pear' });
    sales.add(3, { fruit: 'pear' });
    telemetry.tracerProvider.getTracer('stall').startSpan('weigh').end();
    await telemetry.close();
  } finally {
    spy.mockRestore();
  }
  return lines;
}

const metric = expect.objectContaining({
  descriptor: expect.objectContaining({ name: 'stall.sales', unit: '{sale}' }),
  dataPoints: [expect.objectContaining({ attributes: { fruit: 'pear' }, value: 5 })],
});
const span = expect.objectContaining({ name: 'weigh', traceId: expect.stringMatching(/^[\da-f]{32}$/) });

test('the console shows the metrics of ours and the spans, at the latest at the close', async () => {
  const lines = await written(true);
  expect(lines).toContainEqual(metric);
  expect(lines).toContainEqual(span);
});

test('the console shows one signal when it is asked for one', async () => {
  const metrics = await written(['metrics']);
  expect(metrics).toContainEqual(metric);
  expect(metrics).not.toContainEqual(span);
  const spans = await written(['traces']);
  expect(spans).toContainEqual(span);
  expect(spans).not.toContainEqual(metric);
});
