import { createReadStream } from 'node:fs';
import { emptyHead, follow, type AuditHead, type AuditKey } from './chain.ts';

export interface VerifyOptions {
  /** The key the log was written with. */
  readonly key?: AuditKey;
  /** A head that was kept elsewhere: the log must contain that entry. */
  readonly expected?: AuditHead;
  readonly signal?: AbortSignal;
}

/** What checking an audit log found. */
export interface AuditReport {
  readonly isValid: boolean;
  /** Entries up to the first bad line. */
  readonly entries: number;
  /** The latest good entry. */
  readonly head: AuditHead;
  readonly firstBad?: {
    /** Counted from 1. */
    readonly line: number;
    readonly reason: string;
  };
}

/** Checks every entry of an audit log and names the first bad line; rejects when the file cannot be read. */
export async function verifyAudit(path: string, options: VerifyOptions = {}): Promise<AuditReport> {
  const { key, expected, signal } = options;
  const input = createReadStream(path, { encoding: 'utf8', ...(signal && { signal }) });
  let head = emptyHead;
  let isExpectedSeen = expected === undefined || expected.seq === 0;
  try {
    for await (const line of linesOf(input)) {
      const next = follow(line, head, key);
      if (typeof next === 'string') return bad(head, next);
      head = next;
      if (expected?.seq !== head.seq) continue;
      if (expected.hash !== head.hash) return bad({ ...head, seq: head.seq - 1 }, 'the entry is not the one expected');
      isExpectedSeen = true;
    }
  } finally {
    input.destroy();
  }
  if (!isExpectedSeen) return bad(head, `the log ends before entry ${expected?.seq}`);
  return { isValid: true, entries: head.seq, head };
}

function bad(head: AuditHead, reason: string): AuditReport {
  return { isValid: false, entries: head.seq, head, firstBad: { line: head.seq + 1, reason } };
}

// Not `node:readline`: it also ends a line at U+2028, which may stand inside an entry.
async function* linesOf(input: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of input) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}
