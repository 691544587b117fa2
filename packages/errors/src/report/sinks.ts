import type { Report, ReportSink } from './types.ts';

/** The part of a logger that a sink needs; console, pino and ours fit. */
export interface ReportLogger {
  error(fields: object, message: string): void;
}

/** Writes each report as one record of a logger. */
export function logSink(logger: ReportLogger): ReportSink {
  return {
    name: 'log',
    send(report) {
      const { error, details, count, droppedBefore } = report;
      logger.error({ err: { ...error, type: error.name }, ...details, count, droppedBefore }, report.problem.message);
    },
  };
}

/** The part of a metric that a sink needs; a counter of OpenTelemetry and ours fit. */
export interface ReportCounter {
  add(value: number, attributes: { readonly 'error.type': string; readonly severity: string }): void;
}

/** Counts errors by code. */
export function counterSink(counter: ReportCounter): ReportSink {
  return {
    name: 'counter',
    send({ problem, count }: Report) {
      counter.add(count, { 'error.type': problem.code, severity: problem.severity });
    },
  };
}
