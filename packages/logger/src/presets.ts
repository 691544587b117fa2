import { hostname } from 'node:os';
import { typeName } from './encode/error-members.ts';
import { readMember } from './encode/read.ts';
import { quote } from './encode/text.ts';
import { defaultLayout, flagsText, threadAs, type Layout } from './layout.ts';
import { nearestName, type LevelName } from './levels/vocabulary.ts';

/**
 * A layout that a log service knows: `pino`, `ecs` (Elastic Common Schema 8.11), `gcp` (Google Cloud structured logging),
 * `otel` (OpenTelemetry log data model), `aws` (JSON of Lambda), `winston` (what `timestamp()` and `json()` of winston
 * write).
 */
export type Preset = 'default' | 'pino' | 'ecs' | 'gcp' | 'otel' | 'aws' | 'winston';

/** The layout of a preset, or `undefined` when there is none of that name. */
export function findLayout(preset: string): Layout | undefined {
  return new Map<string, Layout>(Object.entries(layouts)).get(preset);
}

const pino: Layout = {
  ...defaultLayout,
  reserved: ['level', 'time', 'msg', 'name', 'trace_id', 'span_id', 'trace_flags'],
  start: (level, _iso, ms) => `{"level":${Math.round(level.severity)},"time":${ms},"msg":"`,
  label: (name) => `","name":${quote(name)}`,
  base: () => ({ pid: process.pid, hostname: hostname(), ...threadAs('thread') }),
};

const ecs: Layout = {
  reserved: ['@timestamp', 'log.level', 'message', 'ecs.version', 'log.logger', 'trace.id', 'span.id'],
  start: (level, iso) => `{"@timestamp":"${iso}","log.level":"${level.name}","message":"`,
  label: (name) => `","ecs.version":"8.11.0","log.logger":${quote(name)}`,
  endOfFields: '',
  trace: ({ traceId, spanId }) => `,"trace.id":${quote(traceId)},"span.id":${quote(spanId)}`,
  base: () => ({ 'process.pid': process.pid, ...threadAs('process.thread.id') }),
  errorFields: (error) => ({
    error: {
      type: typeOf(error),
      message: textOf(error, 'message'),
      code: readMember(error, 'code'),
      stack_trace: wholeStack(error),
    },
  }),
};

const gcpSeverities: Readonly<Record<LevelName, string>> = {
  fatal: 'CRITICAL',
  error: 'ERROR',
  warn: 'WARNING',
  info: 'INFO',
  debug: 'DEBUG',
  trace: 'DEBUG',
};

const gcp: Layout = {
  ...defaultLayout,
  reserved: [
    'severity',
    'timestamp',
    'message',
    'logger',
    'logging.googleapis.com/trace',
    'logging.googleapis.com/spanId',
    'logging.googleapis.com/trace_sampled',
  ],
  start: (level, iso) => `{"severity":"${gcpSeverities[nearestName(level)]}","timestamp":"${iso}","message":"`,
  trace({ traceId, spanId, traceFlags }) {
    const project = process.env['GOOGLE_CLOUD_PROJECT'];
    const trace = quote(project === undefined ? traceId : `projects/${project}/traces/${traceId}`);
    const ids = `,"logging.googleapis.com/trace":${trace},"logging.googleapis.com/spanId":${quote(spanId)}`;
    return `${ids},"logging.googleapis.com/trace_sampled":${traceFlags % 2 === 1}`;
  },
  // Error Reporting looks for the stack at the top of the record.
  errorFields: (error) => ({ err: error, stack_trace: wholeStack(error) }),
};

const otelSeverities: Readonly<Record<LevelName, number>> = {
  fatal: 21,
  error: 17,
  warn: 13,
  info: 9,
  debug: 5,
  trace: 1,
};

const otel: Layout = {
  reserved: ['logger.name'],
  start(level, _iso, ms) {
    const severity = `"SeverityText":"${level.name.toUpperCase()}","SeverityNumber":${otelSeverities[nearestName(level)]}`;
    return `{"Timestamp":"${ms}000000",${severity},"Body":"`;
  },
  label: (name) => `","Attributes":{"logger.name":${quote(name)}`,
  endOfFields: '}',
  trace: ({ traceId, spanId, traceFlags }) =>
    `,"TraceId":${quote(traceId)},"SpanId":${quote(spanId)},"TraceFlags":"${flagsText(traceFlags)}"`,
  base: () => ({ 'process.pid': process.pid, ...threadAs('thread.id') }),
  errorFields: (error) => ({
    'exception.type': typeOf(error),
    'exception.message': textOf(error, 'message'),
    'exception.stacktrace': wholeStack(error),
  }),
};

const aws: Layout = {
  ...defaultLayout,
  start: (level, iso) => `{"level":"${level.name.toUpperCase()}","timestamp":"${iso}","message":"`,
};

const winston: Layout = {
  ...defaultLayout,
  reserved: ['level', 'timestamp', 'message', 'trace_id', 'span_id', 'trace_flags'],
  label: () => '"',
  base: () => ({}),
  // winston's format of errors puts the stack at the top of the record.
  errorFields: (error) => ({ err: error, stack: textOf(error, 'stack') }),
};

const layouts: Readonly<Record<Preset, Layout>> = { default: defaultLayout, pino, ecs, gcp, otel, aws, winston };

const mostCauses = 10;

/** The stack with those of the causes below it, as Java writes it and log services read it. */
function wholeStack(error: Error): string {
  const stacks: string[] = [];
  for (
    let each: unknown = error;
    each instanceof Error && stacks.length < mostCauses;
    each = readMember(each, 'cause')
  ) {
    stacks.push(textOf(each, 'stack'));
  }
  return stacks.join('\nCaused by: ');
}

function typeOf(error: Error): string {
  return typeName(error, readMember(error, 'name'));
}

function textOf(error: Error, key: 'message' | 'stack'): string {
  const text = readMember(error, key);
  return typeof text === 'string' ? text : '';
}
