import { afterEach, beforeEach, expect, test } from 'vitest';
import { defineMetrics, observe } from '../src/index.ts';
import { startTelemetry, type Telemetry } from '../src/node.ts';
import { expectMetric, readMetrics, type MetricReader } from '../src/testing.ts';

const { 'job.duration': duration, 'job.done': done } = defineMetrics(
  { name: 'job' },
  {
    'job.duration': {
      type: 'histogram',
      unit: 's',
      description: 'Time of a job.',
      attributes: { job: 'string', 'error.type': 'string?' },
    },
    'job.done': {
      type: 'counter',
      unit: '{job}',
      description: 'Jobs.',
      attributes: { job: 'string', size: 'number?' },
    },
  },
);

let reader: MetricReader;
let telemetry: Telemetry | undefined;
beforeEach(() => {
  reader = readMetrics();
});
afterEach(async () => {
  await telemetry?.close();
  telemetry = undefined;
  reader.close();
});

test('work is timed in seconds, and its result handed on', async () => {
  const startedAt = performance.now();
  const result = await observe('mail', { metric: duration, attributes: { job: 'mail' } }, () => 42);
  const tookMs = performance.now() - startedAt;
  expect(result).toBe(42);
  expectMetric('job.duration').with({ job: 'mail' }).toHaveCount(1);
  expect(reader.read('job.duration')[0]?.value).toBeLessThanOrEqual(tookMs / 1_000);
});

for (const [error, type] of [
  [Object.assign(new TypeError('no'), { code: 'shop.CARD_DECLINED' }), 'shop.CARD_DECLINED'],
  [new RangeError('no'), 'RangeError'],
] as const) {
  test(`an error is thrown on and recorded as ${type}`, async () => {
    const fail = (): never => {
      throw error;
    };
    await expect(observe('mail', { metric: duration, attributes: { job: 'mail' } }, fail)).rejects.toBe(error);
    expectMetric('job.duration').with({ 'error.type': type }).toHaveCount(1);
  });
}

const unreadable = Object.defineProperty(new Error('no'), 'code', {
  get() {
    throw new Error('not to be read');
  },
});
for (const [what, thrown, type] of [
  ['nothing', undefined, 'undefined'],
  ['an object without a text', Object.create(null) as object, 'object'],
  ['an error that cannot be read', unreadable, '_OTHER'],
] as const) {
  test(`what the work throws is thrown on: ${what}`, async () => {
    telemetry = await startTelemetry({ service: 'test', runtime: false, traces: {} });
    const fail = async (): Promise<never> => Promise.reject(thrown);
    const outcome = await observe('mail', { metric: duration, attributes: { job: 'mail' } }, fail).catch(
      (error: unknown) => ({ error }),
    );
    expect('error' in outcome && outcome.error === thrown).toBe(true);
    expectMetric('job.duration').with({ 'error.type': type }).toHaveCount(1);
  });
}

for (const [option, args] of [
  ['name', [undefined, {}, () => 1]],
  ['metric', ['mail', { metric: 5 }, () => 1]],
  ['metric', ['mail', { metric: { add: () => {} } }, () => 1]],
  ['unit', ['mail', { metric: duration, unit: 'minutes' }, () => 1]],
  ['work', ['mail', {}, undefined]],
] as const) {
  test(`a wrong ${option} is refused before the work begins (${JSON.stringify(args)})`, async () => {
    let ran = false;
    const [name, options, work] = args;
    const watched = work && (() => (ran = true));
    const observing: unknown = Reflect.apply(observe, undefined, [name, options, watched]);
    await expect(observing).rejects.toThrow(`\`${option}\``);
    await expect(observing).rejects.toMatchObject({ code: 'seaworthy.telemetry.INVALID_OPTION' });
    expect(ran).toBe(false);
  });
}

test('the measurement is inside the span, so it carries the trace as an exemplar', async () => {
  telemetry = await startTelemetry({ service: 'test', runtime: false, traces: {} });
  let traceId = '';
  await observe('mail', { metric: duration, attributes: { job: 'mail' } }, (span) => {
    ({ traceId } = span.spanContext());
  });
  const { body, contentType } = await telemetry.render('application/openmetrics-text; version=1.0.0');
  expect(contentType).toContain('openmetrics');
  expect(body).toContain(`# {trace_id="${traceId}",span_id="`);
  expect(body.endsWith('# EOF\n')).toBe(true);
  expect((await telemetry.render('text/plain')).body).not.toContain('trace_id');
});

test('what was expected and is not there says what is', () => {
  done.add(2, { job: 'mail' });
  expectMetric('job.done').toBe(2);
  expectMetric('job.done').with({ job: 'other' }).toBeAbsent();
  expect(() => expectMetric('job.done').with({ job: 'mail' }).toBe(3)).toThrow(
    /"job.done" with \{"job":"mail"\} to be 3, got \[\{"attributes":\{"job":"mail"\},"value":2/,
  );
});

test('1 and "1" are one series, and so are the halves of a broken pair and its replacement', () => {
  for (const size of [1, '1' as unknown as number, 1]) done.add(1, { job: 'a', size });
  for (const job of ['\ud800', '\ufffd']) done.add(1, { job });
  expect(reader.read('job.done').map(({ value }) => value)).toEqual([3, 2]);
});

test('after closing nothing is recorded', () => {
  reader.close();
  done.add(1, { job: 'late' });
  expect(reader.read('job.done')).toEqual([]);
});
