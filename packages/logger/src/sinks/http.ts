// (1) Lines go out in order, in batches, one request at a time.
// (2) A batch that fails for a reason that passes is sent again, waiting longer each time; any other is given up. One that is
//     too large (413) is halved first, until it is one line: the others of the batch must not go with it.
// (3) What waits has a limit in bytes; past it lines are given up and counted, errors last. An error that is given up goes
//     to standard error, and after a recovery a record tells how many lines are missing.
// (4) A process that ends by itself first sends what it has; one that is ended writes waiting errors to standard error.
// quiet -> gathering -> sending -> quiet      failing: sending -> waiting -> sending
import { tellRecordsDropped, tellSinkFailed } from '../events.ts';
import { addUnwritten, isExiting, removeUnwritten, watchExit, writeToStderr } from '../exit.ts';
import { dropNote } from '../drop-note.ts';
import { expectOptions, longestMs, type OptionNames } from '../expect-option.ts';
import { error as errorLevel, parseLevelWord, severityOf, warn } from '../levels/vocabulary.ts';
import { whenSettled } from '../waiting.ts';
import { postLines, readHeaders, readNumber, readUrl, type Target } from './http-post.ts';
import type { Sink, SinkStats } from './sink.ts';

export interface HttpSinkOptions {
  /** Where to POST batches of lines (`application/x-ndjson`). Redirects are not followed. */
  readonly url: string | URL;
  /** Sent with each batch, such as a token. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The least severe level it takes. @default 'trace' */
  readonly level?: string;
  /** Gathers lines for so long, in milliseconds. @default 1000 */
  readonly gatherMs?: number;
  /** Sends earlier when so many bytes have gathered. @default 262144 */
  readonly batchBytes?: number;
  /** Gives up a request after this many milliseconds, and tries again. @default 10000 */
  readonly timeoutMs?: number;
  /** The most bytes that wait. @default 16777216 */
  readonly capBytes?: number;
}

/** Sends records to a log collector over HTTP. @throws INVALID_OPTION, UNKNOWN_OPTION, UNKNOWN_LEVEL */
export function http(options: HttpSinkOptions): Sink {
  return new HttpSink(options);
}

interface Line {
  readonly text: string;
  readonly severity: number;
}

const names: OptionNames<HttpSinkOptions> = {
  url: true,
  headers: true,
  level: true,
  gatherMs: true,
  batchBytes: true,
  timeoutMs: true,
  capBytes: true,
};

const firstRetryMs = 500;
const longestRetryMs = 30_000;

class HttpSink implements Sink {
  readonly name: string;
  readonly severity: number;
  readonly #target: Target;
  readonly #gatherMs: number;
  readonly #batchBytes: number;
  readonly #capBytes: number;
  readonly #settled = new Set<() => void>();
  #lines: Line[] = [];
  #size = 0;
  #users = 0;
  #stop = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #isSending = false;
  #retries = 0;
  // Fewer lines than a batch may have, after the collector has found one too large.
  #mostLines = Infinity;
  #written = 0;
  #bytes = 0;
  #dropped = 0;
  #untoldDrops = 0;
  #failures = 0;

  constructor(options: HttpSinkOptions) {
    expectOptions<HttpSinkOptions>('options', options, names);
    const { level = 'trace', gatherMs = 1000, batchBytes = 256 * 1024, timeoutMs = 10_000 } = options;
    this.#target = {
      url: readUrl(options.url),
      headers: readHeaders(options.headers ?? {}),
      timeoutMs: readNumber('timeoutMs', timeoutMs, 1, longestMs),
    };
    // The path of an address may be its secret.
    this.name = `http ${this.#target.url.origin}`;
    this.severity = severityOf(parseLevelWord(level));
    this.#gatherMs = readNumber('gatherMs', gatherMs, 0, longestMs);
    this.#batchBytes = readNumber('batchBytes', batchBytes, 1);
    this.#capBytes = readNumber('capBytes', options.capBytes ?? 16 * 1024 * 1024, 1);
  }

  open(): void {
    watchExit();
    this.#users += 1;
    if (this.#users === 1) this.#stop = new AbortController();
  }

  write(text: string, severity: number): void {
    const cap = severity >= errorLevel.severity ? this.#capBytes : this.#capBytes * 0.75;
    const line = { text, severity };
    if (this.#size + text.length > cap || this.#stop.signal.aborted || isExiting()) {
      this.#giveUp([line]);
      return;
    }
    this.#add(line);
    if (this.#isSending || this.#retries > 0) return;
    if (this.#size >= this.#batchBytes) void this.#send();
    else this.#timer ??= setTimeout(() => void this.#send(), this.#gatherMs);
  }

  async flush(signal: AbortSignal): Promise<void> {
    if (this.#lines.length === 0) return;
    const settled = whenSettled(this.#settled, signal);
    void this.#send();
    await settled;
  }

  flushSync(): void {
    if (!isExiting()) {
      void this.#send();
      return;
    }
    this.#giveUp(this.#lines);
    this.#forget(this.#lines.length);
  }

  close(): void {
    this.#users -= 1;
    if (this.#users !== 0) return;
    this.#stop.abort();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#retries = 0;
    this.#giveUp(this.#lines);
    this.#forget(this.#lines.length);
    this.#tellMissing();
  }

  stats(): SinkStats {
    const counts = { written: this.#written, bytes: this.#bytes, dropped: this.#dropped, failures: this.#failures };
    return { name: this.name, pending: this.#lines.length, ...counts };
  }

  async #send(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    let retryMs: number | undefined;
    while (this.#lines.length > 0 && retryMs === undefined) retryMs = await this.#sendBatch();
    this.#isSending = false;
    if (retryMs === undefined || this.#stop.signal.aborted) return;
    // A collector that is down is not worth staying alive for.
    this.#timer = setTimeout(() => void this.#send(), retryMs).unref();
  }

  /** Sends the lines that wait the longest; gives how long to wait when they have to be sent again. */
  async #sendBatch(): Promise<number | undefined> {
    const count = this.#batchCount();
    const body = this.#lines
      .slice(0, count)
      .map(({ text }) => text)
      .join('');
    const { retryAfterMs, problem, isPassing, isTooLarge } = await postLines(this.#target, body, this.#stop.signal);
    if (this.#stop.signal.aborted) return undefined;
    if (problem === undefined) {
      this.#retries = 0;
      this.#mostLines *= 2;
      this.#written += count;
      this.#bytes += Buffer.byteLength(body);
      this.#tellDrops();
    } else {
      const isHalved = isTooLarge === true && count > 1;
      const isKnown = isHalved ? this.#mostLines < Infinity : isPassing && this.#retries > 0;
      if (!isKnown) tellSinkFailed({ sink: this.name, reason: problem });
      this.#failures += 1;
      if (isPassing) return this.#nextRetryMs(retryAfterMs);
      if (isHalved) {
        this.#mostLines = Math.ceil(count / 2);
        return undefined;
      }
      this.#giveUp(this.#lines.slice(0, count));
    }
    this.#forget(count);
    return undefined;
  }

  #batchCount(): number {
    let size = 0;
    let count = 0;
    for (const { text } of this.#lines) {
      size += text.length;
      if (count > 0 && (size > this.#batchBytes || count >= this.#mostLines)) break;
      count += 1;
    }
    return count;
  }

  #nextRetryMs(retryAfterMs: number = 0): number {
    this.#retries += 1;
    const backoffMs = Math.min(longestRetryMs, firstRetryMs * 2 ** (this.#retries - 1));
    return Math.max(backoffMs * (0.5 + Math.random() / 2), Math.min(retryAfterMs || 0, longestRetryMs));
  }

  #forget(count: number): void {
    for (const { text } of this.#lines.splice(0, count)) this.#size -= text.length;
    if (this.#lines.length > 0) return;
    removeUnwritten(this);
    for (const settle of this.#settled) settle();
  }

  #add(line: Line): void {
    if (this.#lines.length === 0) addUnwritten(this);
    this.#lines.push(line);
    this.#size += line.text.length;
  }

  #giveUp(lines: readonly Line[]): void {
    this.#dropped += lines.length;
    this.#untoldDrops += lines.length;
    const errors = lines.filter(({ severity }) => severity >= errorLevel.severity);
    if (errors.length > 0) writeToStderr(errors.map(({ text }) => text).join(''));
  }

  #tellMissing(): number {
    const count = this.#untoldDrops;
    this.#untoldDrops = 0;
    if (count > 0) tellRecordsDropped({ sink: this.name, count });
    return count;
  }

  #tellDrops(): void {
    const count = this.#tellMissing();
    if (count > 0) this.#add({ text: `${JSON.stringify(dropNote(this.name, count))}\n`, severity: warn.severity });
  }
}
