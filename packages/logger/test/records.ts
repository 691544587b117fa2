import { createLogger, memory, type Logger, type LoggerOptions, type MemorySink } from '../src/index.ts';

/** A logger that writes to memory, with no fields of its own. */
export function logToMemory(options: LoggerOptions = {}): { log: Logger; sink: MemorySink } {
  const sink = memory();
  return { log: createLogger({ name: 'test', sinks: [sink], base: {}, ...options }), sink };
}

/** The latest record without its time. */
export function latest(sink: MemorySink): Record<string, unknown> {
  const { timestamp, ...rest } = sink.records.at(-1) ?? {};
  if (typeof timestamp !== 'string') throw new TypeError('Nothing was logged.');
  return rest;
}
