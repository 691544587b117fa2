import { expectOption } from '../expect-option.ts';
import { readRecord, type LogRecord } from './memory.ts';
import type { Sink } from './sink.ts';

/** A sink that gets only the records for which `keep` is true; one that cannot be judged is kept. @throws INVALID_OPTION */
export function filter(sink: Sink, keep: (record: LogRecord) => boolean): Sink {
  expectOption('keep', typeof keep === 'function', 'a function', keep);
  return {
    name: sink.name,
    severity: sink.severity,
    open: (settings) => sink.open(settings),
    write(line, severity) {
      if (isKept(line, keep)) sink.write(line, severity);
    },
    flush: (signal) => sink.flush(signal),
    flushSync: () => sink.flushSync(),
    close: () => sink.close(),
    stats: () => sink.stats(),
  };
}

function isKept(line: string, keep: (record: LogRecord) => boolean): boolean {
  try {
    return keep(readRecord(line));
  } catch {
    return true;
  }
}
