import { createReadStream } from 'node:fs';
import { expectOption, expectOptions } from '../expect-option.ts';
import { checkKey, emptyHead, follow, linksOf, type AuditHead, type AuditKey } from './chain.ts';
import { readHead } from './head.ts';

export interface VerifyOptions {
  /** The key the log was written with. */
  readonly key?: AuditKey;
  /** A head that was kept elsewhere: the log must contain that entry. */
  readonly expected?: AuditHead;
  /** The file that keeps the head of the log; `false` when there is none. @default the log's path and `.head` */
  readonly headPath?: string | false;
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

/**
 * Checks every entry of an audit log, and that the log reaches as far as its head file says; names the first bad line.
 * Rejects when the file cannot be read.
 *
 * @throws INVALID_OPTION, UNKNOWN_OPTION
 */
export async function verifyAudit(path: string, options: VerifyOptions = {}): Promise<AuditReport> {
  expectOptions<VerifyOptions>('options', options, { key: true, expected: true, headPath: true, signal: true });
  const { key, expected, headPath = `${path}.head`, signal } = options;
  checkKey(key);
  if (expected !== undefined) checkExpected(expected);
  // Read before the log: a log that is being written grows beyond it.
  const kept = headPath === false ? undefined : readHead(headPath, key);
  const wanted = [expected, kept && 'seq' in kept ? kept : undefined].filter((head) => head !== undefined);
  const input = createReadStream(path, { encoding: 'latin1', ...(signal && { signal }) });
  const report = await checkLines(linesOf(input), key, wanted).finally(() => input.destroy());
  if (!report.isValid || kept === undefined || 'seq' in kept) return report;
  // A log without entries has nothing to lose, and a head from elsewhere proves as much.
  if (kept.isMissing && (report.entries === 0 || expected !== undefined)) return report;
  return bad(report.head, `the head file ${String(headPath)} ${kept.problem}, so entries may be missing from here on`);
}

function checkExpected(expected: AuditHead): void {
  const isHead = Number.isInteger(expected?.seq) && typeof expected.hash === 'string';
  expectOption('expected', isHead, 'a head, { seq, hash }', expected);
}

/** A line, and whether it was ended. */
interface Line {
  readonly text: string;
  readonly isWhole: boolean;
}

async function checkLines(
  lines: AsyncIterable<Line>,
  key: AuditKey | undefined,
  wanted: readonly AuditHead[],
): Promise<AuditReport> {
  let before = emptyHead;
  let head = emptyHead;
  const iterator = lines[Symbol.asyncIterator]();
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
    const { text, isWhole } = next.value;
    const followed = isWhole ? follow(text, head, key) : 'the line is cut off';
    if (typeof followed === 'string') {
      const after = await iterator.next();
      return isOddOneBefore(text, after.done === true ? undefined : after.value.text, before, head, key)
        ? bad(before, 'the entry was changed and its hash made anew: the next entry follows another one')
        : bad(head, followed);
    }
    const other = wanted.find(({ seq, hash }) => seq === followed.seq && hash !== followed.hash);
    if (other) return bad(head, 'the entry is not the one expected');
    before = head;
    head = followed;
  }
  const missing = wanted.filter(({ seq }) => seq > head.seq).map(({ seq }) => seq);
  if (missing.length > 0) return bad(head, `the log ends before entry ${Math.max(...missing)}`);
  return { isValid: true, entries: head.seq, head };
}

// Where two lines do not fit, the first one is the odd one if the second is sound in itself and the third follows it.
function isOddOneBefore(
  line: string,
  next: string | undefined,
  before: AuditHead,
  head: AuditHead,
  key: AuditKey | undefined,
): boolean {
  const links = linksOf(line);
  if (links === undefined || links.prev === head.hash || before === head) return false;
  if (typeof follow(line, { seq: head.seq, hash: links.prev }, key) === 'string') return false;
  return next === undefined || linksOf(next)?.prev === links.hash;
}

function bad(head: AuditHead, reason: string): AuditReport {
  return { isValid: false, entries: head.seq, head, firstBad: { line: head.seq + 1, reason } };
}

// Not `node:readline`: it also ends a line at other characters, which may stand inside an entry.
async function* linesOf(input: AsyncIterable<string>): AsyncGenerator<Line> {
  let rest = '';
  for await (const chunk of input) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) yield { text, isWhole: true };
  }
  if (rest !== '') yield { text: rest, isWhole: false };
}
