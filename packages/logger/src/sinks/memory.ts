import { expectNumber, expectOptions } from '../expect-option.ts';
import { parseLevelWord, severityOf } from '../levels/vocabulary.ts';
import type { Sink, SinkStats } from './sink.ts';

export interface MemoryOptions {
  /** @default 'trace' */
  readonly level?: string;
  /** Keeps the latest so many records. @default 10000 */
  readonly limit?: number;
}

/** A record as a reader of the log gets it. */
export interface LogRecord {
  readonly level: string;
  readonly timestamp: string;
  readonly message: string;
  readonly [key: string]: unknown;
}

export interface MemorySink extends Sink {
  /** The records so far, parsed, oldest first. */
  readonly records: readonly LogRecord[];
  /** Forgets the records. */
  clear(): void;
}

/** Keeps records in memory, for tests and for showing the latest ones. @throws INVALID_OPTION, UNKNOWN_OPTION */
export function memory(options: MemoryOptions = {}): MemorySink {
  expectOptions<MemoryOptions>('options', options, { level: true, limit: true });
  const { level = 'trace', limit = 10_000 } = options;
  expectNumber('limit', limit, 0);
  const lines: string[] = [];
  let written = 0;
  let bytes = 0;
  let dropped = 0;
  return {
    name: 'memory',
    severity: severityOf(parseLevelWord(level)),
    get records(): readonly LogRecord[] {
      return lines.map(readRecord);
    },
    clear: () => void lines.splice(0),
    open: () => undefined,
    write(line) {
      lines.push(line);
      written += 1;
      bytes += Buffer.byteLength(line);
      if (lines.length <= limit) return;
      lines.shift();
      dropped += 1;
    },
    flush: () => Promise.resolve(),
    flushSync: () => undefined,
    close: () => undefined,
    stats: (): SinkStats => ({ name: 'memory', written, bytes, pending: 0, dropped, failures: 0 }),
  };
}

/** The record of a line; a `format` of the application may write something other than JSON. */
export function readRecord(line: string): LogRecord {
  try {
    return JSON.parse(line) as LogRecord;
  } catch {
    return { level: '', timestamp: '', message: line.trimEnd() };
  }
}
