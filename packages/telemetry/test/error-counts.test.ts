import { defineErrors, reporter } from '@seaworthy/errors';
import { expect, onTestFinished, test } from 'vitest';
import { countErrors, startTelemetry, type ErrorCountOptions, type Telemetry } from '../src/node.ts';
import { samplesOf, sumOf } from './support/samples.ts';

const ShopErrors = defineErrors('shop', { SOLD_OUT: { message: 'Sold out.' } });
const total = 'seaworthy_errors_total';

async function started(): Promise<Telemetry> {
  const telemetry = await startTelemetry({ service: 'errors', runtime: false });
  onTestFinished(() => telemetry.close());
  return telemetry;
}

test('as a sink of the reporter it counts every occurrence by code', async () => {
  const telemetry = await started();
  const problems = reporter({ sinks: [countErrors()], dedupe: { windowMs: 0 }, rateLimit: { perMinute: 1_000 } });
  for (let index = 0; index < 3; index += 1) problems.report(new ShopErrors.SOLD_OUT());
  await problems.close();
  expect(sumOf(await samplesOf(telemetry), total, { error_type: 'shop.SOLD_OUT', severity: 'error' })).toBe(3);
});

test('what the reporter had to drop is counted too', async () => {
  const telemetry = await started();
  const counts = countErrors();
  const sent: unknown[] = [];
  const problems = reporter({
    sinks: [counts, { name: 'all', send: (report) => void sent.push(report.droppedBefore) }],
    dedupe: { windowMs: 0 },
    rateLimit: { perMinute: 1 },
  });
  problems.report(new ShopErrors.SOLD_OUT());
  await problems.close();
  const problem = { code: 'shop.SOLD_OUT', message: '', severity: 'error', httpStatus: 500, exitCode: 1 } as const;
  await counts.send(
    { problem, error: { name: 'x', message: '' }, details: {}, count: 2, time: '', droppedBefore: 5 },
    AbortSignal.timeout(1_000),
  );
  const samples = await samplesOf(telemetry);
  expect(sent).toEqual([0]);
  expect(sumOf(samples, total, { error_type: 'shop.SOLD_OUT' })).toBe(3);
  expect(sumOf(samples, total, { error_type: 'dropped' })).toBe(5);
});

const thrown: readonly (readonly [what: string, value: unknown, type: string])[] = [
  ['an error with a code', new ShopErrors.SOLD_OUT(), 'shop.SOLD_OUT'],
  ['an error without one', new RangeError('5 of /home/x'), 'RangeError'],
];

for (const [what, value, type] of thrown) {
  test(`${what} counts as ${type}`, async () => {
    const telemetry = await started();
    countErrors().count(value, 'warning');
    expect(sumOf(await samplesOf(telemetry), total, { error_type: type, severity: 'warning' })).toBe(1);
  });
}

test('any thrown value counts', async () => {
  const telemetry = await started();
  const counts = countErrors();
  const values = [
    undefined,
    null,
    'text',
    7,
    {
      get name(): string {
        throw new Error('from a getter');
      },
    },
  ];
  for (const value of values) counts.count(value);
  expect(sumOf(await samplesOf(telemetry), total)).toBe(values.length);
});

test('codes above the limit share one series', async () => {
  const telemetry = await started();
  const options: ErrorCountOptions = { maxCodes: 2 };
  const counts = countErrors(options);
  for (const name of ['A', 'B', 'C', 'D', 'A']) counts.count(Object.assign(new Error(''), { name }));
  const samples = await samplesOf(telemetry);
  expect(sumOf(samples, total, { error_type: '_OTHER' })).toBe(2);
  expect(sumOf(samples, total, { error_type: 'A' })).toBe(2);
});
