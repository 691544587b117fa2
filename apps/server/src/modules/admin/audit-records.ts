// Reads the audit log from its end: the newest entries are what somebody looks for, and the file may be large.
// (1) Only whole lines are read: the last one may be on its way to the disk.
// (2) No more than `mostBytes` are looked at for one answer, which says so when there was more.
import { open, type FileHandle } from 'node:fs/promises';

export interface AuditQuery {
  /** The account that did it, to whom it was done, or the address. */
  readonly who?: string | undefined;
  /** A part of the event, in any case. */
  readonly what?: string | undefined;
  /** Not before and not after, by ISO 8601 in UTC; a day is the beginning of it. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  /** Only entries in front of this place, which an earlier answer has as `next`. */
  readonly before?: number | undefined;
  readonly size: number;
}

export interface AuditRecord {
  readonly seq: number;
  readonly timestamp: string;
  readonly event: string;
  /** What else is known of it. */
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface AuditRecords {
  /** Newest first. */
  readonly records: readonly AuditRecord[];
  /** Give it as `before` to go on with older ones, a byte of the log; null when all of it was looked at. */
  readonly next: number | null;
}

const chunkBytes = 65_536;
const mostBytes = 33_554_432;

/** @throws when the file cannot be read, or when `signal` is aborted */
export async function readAuditRecords(path: string, query: AuditQuery, signal: AbortSignal): Promise<AuditRecords> {
  const file = await open(path);
  try {
    const records: AuditRecord[] = [];
    const end = Math.min(query.before ?? Infinity, (await file.stat()).size);
    let next = 0;
    for await (const { text, from } of linesBackwards(file, end, signal)) {
      next = from;
      const record = recordOf(text);
      if (record === undefined) continue;
      if (query.since !== undefined && record.timestamp < query.since) return { records, next: null };
      if (!isWanted(record, query)) continue;
      records.push(record);
      if (records.length === query.size) break;
    }
    return { records, next: next === 0 ? null : next };
  } finally {
    await file.close();
  }
}

interface Line {
  readonly text: string;
  /** Its first byte. */
  readonly from: number;
}

/** The last one first. What comes after the last end of a line is not whole. */
async function* linesBackwards(file: FileHandle, size: number, signal: AbortSignal): AsyncGenerator<Line> {
  const least = Math.max(0, size - mostBytes);
  let rest = Buffer.alloc(0);
  let isWhole = false;
  for (let end = size; end > least;) {
    signal.throwIfAborted();
    const start = Math.max(least, end - chunkBytes);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(end - start), 0, end - start, start);
    let text = Buffer.concat([buffer.subarray(0, bytesRead), rest]);
    for (let at = text.lastIndexOf(10); at !== -1; at = text.lastIndexOf(10)) {
      if (isWhole) yield { text: text.toString('utf8', at + 1), from: start + at + 1 };
      isWhole = true;
      text = text.subarray(0, at);
    }
    rest = text;
    end = start;
  }
  if (isWhole && least === 0) yield { text: rest.toString('utf8'), from: 0 };
}

function recordOf(line: string): AuditRecord | undefined {
  try {
    const { seq, timestamp, event, prev: _prev, hash: _hash, ...fields } = JSON.parse(line) as Record<string, unknown>;
    const isRecord = typeof seq === 'number' && typeof timestamp === 'string' && typeof event === 'string';
    return isRecord ? { seq, timestamp, event, fields } : undefined;
  } catch {
    // A line that was changed: the check of the log names it.
    return undefined;
  }
}

const persons = ['account', 'to', 'address'];

function isWanted({ timestamp, event, fields }: AuditRecord, query: AuditQuery): boolean {
  const { who, what, until } = query;
  if (until !== undefined && timestamp > until) return false;
  if (what !== undefined && !event.toLowerCase().includes(what.toLowerCase())) return false;
  return who === undefined || persons.some((name) => fields[name] === who);
}
