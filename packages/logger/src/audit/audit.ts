// (1) Entries are written in the order of the calls, each linked to the one before by a hash.
// (2) The promise of an entry resolves when the disk has it; a program that dies later cannot lose it.
// (3) What is hidden is hidden before it is hashed, so nobody needs the secret to check the chain.
// (4) What was written of an entry that did not become whole is taken off before anything else is written, so a disk that was
//     full may be written again. After the disk failed to keep what it had taken, nothing more is written.
// (5) Whoever waits for the disk may give up; the entry may be in the log all the same.
// (6) Where the chain stands is kept beside it, so that an end that was cut off is noticed, here and by `verifyAudit`.
// (7) Where the file was deleted, cut or written to by somebody else meanwhile, an entry fails: nobody would find it there, or
//     find it in a chain that holds.
import { closeSync, fdatasync, fstatSync, ftruncateSync, mkdirSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { isoNow } from '../clock.ts';
import { createBound, encodeFields, relabel, type Bound } from '../encode/fields.ts';
import { quoteContent } from '../encode/text.ts';
import { LoggerErrors } from '../errors.ts';
import { expectNumber, expectOption, expectOptions, expectType, longestMs } from '../expect-option.ts';
import { compileRedaction, type RedactOptions } from '../redact.ts';
import { checkKey, emptyHead, followAlone, seal, type AuditHead, type AuditKey } from './chain.ts';
import { openLocked, writeWhole } from './file.ts';
import { openHead, readHead, type HeadFile } from './head.ts';
import { whenSettled } from '../waiting.ts';
import { readTail } from './tail.ts';

export interface AuditOptions {
  /** Where to append; missing directories are made. */
  readonly path: string;
  /** Makes the chain one that only a holder of the key can write; without it a chain can be written anew as a whole. */
  readonly key?: AuditKey;
  /**
   * Where the head of the log is kept, best on another disk; `false` for nowhere. Move it away together with the log.
   * @default the log's path and `.head`
   */
  readonly headPath?: string | false;
  /** What to hide. */
  readonly redact?: readonly (string | RegExp)[] | RedactOptions;
}

/** How long to wait for the disk. */
export interface AuditWaitOptions {
  /** Gives up after this long. @default 30000 */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** A log of what somebody did, in which a change is noticed. */
export interface AuditLog {
  /** Where the chain stands; keep a copy elsewhere to notice that the end was cut off. */
  readonly head: AuditHead;
  /**
   * Appends an entry and resolves when the disk has it.
   *
   * @throws AUDIT_NOT_WRITTEN, with AUDIT_DAMAGED as its cause where the file was deleted or changed meanwhile
   */
  record(event: string, fields?: object, options?: AuditWaitOptions): Promise<AuditHead>;
  /** Waits for the entries so far and closes the file; closing twice is safe. @throws AUDIT_NOT_WRITTEN */
  close(options?: AuditWaitOptions): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Opens an audit log; one process at a time. @throws INVALID_OPTION, UNKNOWN_OPTION, FILE_NOT_OPENED, AUDIT_LOCKED, AUDIT_DAMAGED */
export function auditLog(options: AuditOptions): AuditLog {
  return new AuditFile(options);
}

function checkOptions(options: AuditOptions): void {
  expectOptions<AuditOptions>('options', options, { path: true, key: true, headPath: true, redact: true });
  const { path, key, headPath } = options;
  expectOption('path', typeof path === 'string' && path !== '', 'the path of a file', path);
  if (headPath !== false) expectType('headPath', headPath, 'string');
  checkKey(key);
}

const reserved: readonly string[] = ['seq', 'timestamp', 'event', 'prev', 'hash'];

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

class AuditFile implements AuditLog {
  readonly #path: string;
  readonly #key: AuditKey | undefined;
  readonly #fields: Bound;
  readonly #fd: number;
  readonly #release: () => void;
  readonly #headFile: HeadFile | undefined;
  #head: AuditHead = emptyHead;
  // The latest entry that the disk has.
  #safeSeq = 0;
  #waiting: Waiting[] = [];
  #isSyncing = false;
  #failure: Error | undefined;
  // Where the latest entry ends.
  #end = 0;
  // Where an entry begins that could not be written whole.
  #brokenAt: number | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: AuditOptions) {
    checkOptions(options);
    const { path, key, redact, headPath = `${path}.head` } = options;
    this.#path = path;
    this.#key = key;
    this.#fields = relabel(createBound(compileRedaction(redact), reserved), '"');
    [this.#fd, this.#release] = openLocked(path);
    try {
      this.#continueChain(headPath);
      this.#headFile = headPath === false ? undefined : this.#openHead(headPath);
    } catch (error) {
      closeSync(this.#fd);
      this.#release();
      throw error;
    }
  }

  get head(): AuditHead {
    return this.#head;
  }

  async record(event: string, fields: object = {}, options: AuditWaitOptions = {}): Promise<AuditHead> {
    expectOption('event', typeof event === 'string', 'a text', event);
    const seq = this.#head.seq + 1;
    const deadline = readDeadline(options);
    if (this.#failure || this.#closing) throw this.#notWritten(seq, this.#failure ?? 'the log is closed');
    if (options.signal?.aborted) throw this.#notWritten(seq, options.signal.reason);
    const text = `{"seq":${seq},"timestamp":"${isoNow()}","event":"${quoteContent(event)}${encodeFields(this.#fields, fields)}`;
    const { content, hash } = seal(text, this.#head, this.#key);
    this.#write(`${content},"hash":"${hash}"}\n`, seq);
    const head: AuditHead = { seq, hash };
    this.#head = head;
    await this.#within(deadline, this.#synced(), seq);
    return head;
  }

  async close(options: AuditWaitOptions = {}): Promise<void> {
    const deadline = readDeadline(options);
    this.#closing ??= this.#close();
    await this.#within(deadline, this.#closing, this.#head.seq);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #write(line: string, seq: number): void {
    try {
      this.#takeOffBroken();
      const status = fstatSync(this.#fd);
      this.#expectUntouched(status);
      this.#brokenAt = status.size;
      this.#end = status.size + writeWhole(this.#fd, line);
      this.#brokenAt = undefined;
    } catch (error) {
      try {
        this.#takeOffBroken();
      } catch {
        // The next entry tries again, or the next process that opens the log.
      }
      throw this.#notWritten(seq, error);
    }
  }

  // A device has neither links nor an end.
  #expectUntouched(status: Stats): void {
    if (!status.isFile()) return;
    if (status.nlink === 0) throw this.#damaged('it was deleted');
    if (status.size !== this.#end)
      throw this.#damaged(`somebody else changed it: it has ${status.size} bytes, and not ${this.#end}`);
  }

  #takeOffBroken(): void {
    if (this.#brokenAt === undefined) return;
    if (fstatSync(this.#fd).size > this.#brokenAt) ftruncateSync(this.#fd, this.#brokenAt);
    this.#brokenAt = undefined;
  }

  // However long it takes: while the disk is at work, the descriptor has to stay.
  async #close(): Promise<void> {
    try {
      if (!this.#failure && this.#safeSeq < this.#head.seq) await this.#synced();
    } finally {
      closeSync(this.#fd);
      this.#headFile?.close();
      this.#release();
    }
  }

  #continueChain(headPath: string | false): void {
    const { lastLine, tornBytes, end } = readTail(this.#fd);
    this.#end = end;
    if (lastLine !== undefined) {
      const head = followAlone(lastLine, this.#key);
      if (typeof head === 'string') this.#refuse(head);
      this.#head = head;
      this.#safeSeq = head.seq;
    }
    if (headPath !== false) this.#compareWith(headPath);
    if (tornBytes === 0) return;
    // Nobody was told that this entry is written: its process was killed while it wrote.
    ftruncateSync(this.#fd, end);
    this.record('audit.recovered', { tornBytes }).catch(() => {
      // Nobody waits for this entry. A disk that refuses it refuses the next one as well, and its caller is told.
    });
  }

  #compareWith(headPath: string): void {
    const kept = readHead(headPath, this.#key);
    if ('problem' in kept) {
      // A log without entries has nothing to lose.
      if (this.#head.seq > 0 || !kept.isMissing) this.#refuse(`its head file ${headPath} ${kept.problem}`);
    } else if (kept.seq > this.#head.seq) {
      this.#refuse(`it ends before entry ${kept.seq}, which its head file ${headPath} has`);
    } else if (kept.seq === this.#head.seq && kept.hash !== this.#head.hash) {
      this.#refuse(`entry ${kept.seq} is not the one that its head file ${headPath} has`);
    }
  }

  #openHead(headPath: string): HeadFile {
    mkdirSync(dirname(headPath), { recursive: true });
    const headFile = openHead(headPath, this.#key);
    headFile.write(this.#head);
    return headFile;
  }

  #refuse(reason: string): never {
    throw this.#damaged(reason);
  }

  #damaged(reason: string): Error {
    return new LoggerErrors.AUDIT_DAMAGED({ path: this.#path, reason });
  }

  // One wait for the disk serves all entries that were written before it began.
  #synced(): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#sync();
    });
  }

  async #within({ timeoutMs, signal }: Deadline, work: Promise<void>, seq: number): Promise<void> {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(`the disk has not confirmed it after ${timeoutMs} ms`), timeoutMs);
    const stop = signal ? AbortSignal.any([signal, patience.signal]) : patience.signal;
    try {
      await Promise.race([work, whenSettled(new Set(), stop)]);
    } catch (error) {
      throw this.#notWritten(seq, error);
    } finally {
      clearTimeout(timer);
    }
  }

  #sync(): void {
    if (this.#isSyncing || this.#waiting.length === 0) return;
    this.#isSyncing = true;
    const served = this.#waiting;
    const head = this.#head;
    this.#waiting = [];
    fdatasync(this.#fd, (error) => {
      this.#isSyncing = false;
      if (error) this.#failure = error;
      else this.#keepSafe(head);
      for (const { resolve, reject } of served)
        if (error) reject(error);
        else resolve();
      this.#sync();
    });
  }

  // A head that is behind proves less; the entries are safe all the same.
  #keepSafe(head: AuditHead): void {
    this.#safeSeq = head.seq;
    try {
      this.#headFile?.write(head);
    } catch {
      // The next entry tries again.
    }
  }

  #notWritten(seq: number, cause: unknown): Error {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new LoggerErrors.AUDIT_NOT_WRITTEN({ seq, path: this.#path, reason }, { cause });
  }
}

interface Deadline {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

function readDeadline({ timeoutMs = 30_000, signal }: AuditWaitOptions): Deadline {
  expectNumber('timeoutMs', timeoutMs, 0);
  return { timeoutMs: Math.min(timeoutMs, longestMs), signal };
}
