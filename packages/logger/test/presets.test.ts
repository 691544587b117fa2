import { hostname } from 'node:os';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createLogger, LoggerErrors, memory, type LoggerOptions, type Preset } from '../src/index.ts';

const now = Date.UTC(2026, 10, 21, 9, 5, 7, 42);
const span = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
const { pid } = process;

beforeEach(() => {
  vi.useFakeTimers({ now });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

function logWith(preset: Preset, options: LoggerOptions = {}) {
  const sink = memory();
  const log = createLogger({ name: 'shop', level: 'trace', sinks: [sink], preset, activeSpan: () => span, ...options });
  return { log, last: () => sink.records.at(-1) as object };
}

const timestamp = '2026-11-21T09:05:07.042Z';
const trace = { trace_id: span.traceId, span_id: span.spanId, trace_flags: '01' };

const records: { preset: Preset; record: object }[] = [
  { preset: 'default', record: { level: 'warn', timestamp, message: 'm', logger: 'shop', pid, a: 1, ...trace } },
  { preset: 'aws', record: { level: 'WARN', timestamp, message: 'm', logger: 'shop', pid, a: 1, ...trace } },
  {
    preset: 'pino',
    record: { level: 40, time: now, msg: 'm', name: 'shop', pid, hostname: hostname(), a: 1, ...trace },
  },
  {
    preset: 'ecs',
    record: {
      '@timestamp': timestamp,
      'log.level': 'warn',
      message: 'm',
      'ecs.version': '8.11.0',
      'log.logger': 'shop',
      'process.pid': pid,
      a: 1,
      'trace.id': span.traceId,
      'span.id': span.spanId,
    },
  },
  {
    preset: 'gcp',
    record: {
      severity: 'WARNING',
      timestamp,
      message: 'm',
      logger: 'shop',
      pid,
      a: 1,
      'logging.googleapis.com/trace': span.traceId,
      'logging.googleapis.com/spanId': span.spanId,
      'logging.googleapis.com/trace_sampled': true,
    },
  },
  {
    preset: 'otel',
    record: {
      Timestamp: `${now}000000`,
      SeverityText: 'WARN',
      SeverityNumber: 13,
      Body: 'm',
      Attributes: { 'logger.name': 'shop', 'process.pid': pid, a: 1 },
      TraceId: span.traceId,
      SpanId: span.spanId,
      TraceFlags: '01',
    },
  },
];

describe('a preset', () => {
  for (const { preset, record } of records) {
    test(`${preset} lays out a record`, () => {
      const { log, last } = logWith(preset);
      log.warn('m', { a: 1 });
      expect(last()).toEqual(record);
    });

    test(`${preset} lays out children, overridden fields and records without any`, () => {
      const { log, last } = logWith(preset, { base: {} });
      const child = log.child({ a: 1, b: 2 }, { name: 'shop.db' });
      child.info('m', { a: 3 });
      const fields = preset === 'otel' ? (last() as { Attributes: object }).Attributes : last();
      expect(fields).toMatchObject({ a: 3, b: 2 });
      expect(JSON.stringify(last())).toContain('"shop.db"');
      log.info('m');
      expect(JSON.stringify(last())).toContain('"m"');
    });
  }

  const severities = [
    { preset: 'gcp', key: 'severity', values: ['CRITICAL', 'ERROR', 'WARNING', 'INFO', 'DEBUG', 'DEBUG'] },
    { preset: 'otel', key: 'SeverityNumber', values: [21, 17, 13, 9, 5, 1] },
    { preset: 'pino', key: 'level', values: [60, 50, 40, 30, 20, 10] },
  ] as const;
  for (const { preset, key, values } of severities) {
    test(`${preset} names the levels ${values.join(', ')}`, () => {
      const { log, last } = logWith(preset);
      const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
      const found = levels.map((level) => {
        log[level]('m');
        return (last() as Record<string, unknown>)[key];
      });
      expect(found).toEqual(values);
    });
  }

  test('gcp names the project of the trace', () => {
    vi.stubEnv('GOOGLE_CLOUD_PROJECT', 'acme');
    const { log, last } = logWith('gcp');
    log.info('m');
    expect(last()).toMatchObject({ 'logging.googleapis.com/trace': `projects/acme/traces/${span.traceId}` });
  });

  test('that does not exist is refused', () => {
    expect(() => logWith('logfmt' as Preset)).toThrow(
      expect.objectContaining({ code: LoggerErrors.INVALID_OPTION.code }),
    );
  });
});

describe('an error in a preset', () => {
  const error = Object.assign(new TypeError('outer', { cause: new RangeError('inner') }), { code: 'E_X' });
  const stack = expect.stringMatching(/^TypeError: outer\n[^]*\nCaused by: RangeError: inner\n/);
  const errors: { preset: Preset; record: object }[] = [
    {
      preset: 'pino',
      record: { err: { type: 'TypeError', message: 'outer', code: 'E_X', cause: { message: 'inner' } } },
    },
    { preset: 'ecs', record: { error: { type: 'TypeError', message: 'outer', code: 'E_X', stack_trace: stack } } },
    { preset: 'gcp', record: { err: { type: 'TypeError' }, stack_trace: stack } },
    {
      preset: 'otel',
      record: {
        Attributes: { 'exception.type': 'TypeError', 'exception.message': 'outer', 'exception.stacktrace': stack },
      },
    },
  ];
  for (const { preset, record } of errors) {
    test(`${preset}: where its service looks for it`, () => {
      const { log, last } = logWith(preset);
      log.error(error, 'failed');
      expect(last()).toMatchObject(record);
      log.error({ err: error, a: 1 }, 'failed');
      expect(last()).toMatchObject(record);
    });
  }

  for (const redact of [[], ['err.message']]) {
    test(`is known by its class where that has no name of its own (${redact.length} hidden)`, () => {
      class PaymentDeclined extends Error {}
      const typed = (preset: 'ecs' | 'otel'): unknown => {
        const sink = memory();
        createLogger({ preset, redact, sinks: [sink] }).error(new PaymentDeclined('no'));
        return sink.records.at(-1);
      };
      expect(typed('ecs')).toMatchObject({ error: { type: 'PaymentDeclined' } });
      expect(typed('otel')).toMatchObject({ Attributes: { 'exception.type': 'PaymentDeclined' } });
    });
  }

  test('an error that is its own cause ends somewhere', () => {
    const { log, last } = logWith('ecs');
    const loop = new Error('loop');
    loop.cause = loop;
    log.error(loop);
    expect(last()).toMatchObject({ error: { message: 'loop' } });
  });
});

describe('source', () => {
  test('is the place that logged, also through a child and winston calls', () => {
    const { log, last } = logWith('default', { source: true });
    function place(): void {
      log.info('m', { a: 1 });
    }
    place();
    expect(last()).toMatchObject({
      a: 1,
      source: { file: expect.stringContaining('presets.test'), line: expect.any(Number), function: 'place' },
    });
    log.child({ b: 1 }).log('info', 'm');
    expect(last()).toMatchObject({ b: 1, source: { file: expect.stringContaining('presets.test') } });
  });
});
