// Longer than 300 lines, because one state machine sees to start, crash and end. For slow remotes: another thread pays for their work, and the program's thread only hands lines over.
//
// (1) One batch is on its way at a time; what waits has a limit in bytes, past which lines are given up, errors last.
// (2) A batch stays here until the thread has said that it is done with it; a thread that died gets it again.
// (3) At exit the program waits until the thread has ended its sink or transport, up to `exitMs`: many transports hold what
//     they said they took. Errors that are left then go to standard error.
// (4) A thread that dies again and again without finishing a batch is given up.
// idle -> sending -> idle      dying: sending -> restarting -> sending      broken: restarting -> closed for good
import { writeSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { LoggerErrors } from '../errors.ts';
import { tellRecordsDropped, tellSinkFailed } from '../events.ts';
import { addUnwritten, isExiting, removeUnwritten, watchExit } from '../exit.ts';
import { expectNumber, expectOptions, longestMs, type OptionNames } from '../expect-option.ts';
import { error as errorLevel, parseLevelWord, severityOf } from '../levels/vocabulary.ts';
import { whenSettled } from '../waiting.ts';
import type { Sink, SinkSettings, SinkStats } from './sink.ts';

export interface WorkerOptions {
  /** A module whose default export makes a sink or a winston transport, or a promise of one, from `options`. */
  readonly module: URL | string;
  /** What the module's function is called with; it is copied into the thread. */
  readonly options?: unknown;
  /** The least severe level it takes. @default 'trace' */
  readonly level?: string;
  /** The most bytes that wait. @default 16777216 */
  readonly capBytes?: number;
  /** How long the thread waits for its sink to finish a batch before it takes the next one. @default 10000 */
  readonly timeoutMs?: number;
  /** How long the end of the process waits for lines that are not written. @default 2000 */
  readonly exitMs?: number;
}

/** What the thread starts with. */
export interface ThreadInput {
  readonly module: string;
  readonly options: unknown;
  readonly settings: SinkSettings;
  readonly capBytes: number;
  readonly timeoutMs: number;
  /** One number: 1 when a batch is done, 2 when the thread is. A thread that stands still can see it. */
  readonly done: Int32Array;
}

/** Lines for the thread. */
export interface Batch {
  readonly lines: readonly string[];
  readonly severities: readonly number[];
}

/** The thread has finished a batch: what its sink has done so far, in all. */
export interface BatchDone {
  readonly dropped: number;
  readonly failures: number;
}

/** Hands records to a sink or transport that runs in a thread of its own. @throws INVALID_OPTION, UNKNOWN_OPTION, UNKNOWN_LEVEL */
export function worker(options: WorkerOptions): Sink {
  return new WorkerSink(options);
}

interface Line {
  readonly text: string;
  readonly severity: number;
}

const names: OptionNames<WorkerOptions> = {
  module: true,
  options: true,
  level: true,
  capBytes: true,
  timeoutMs: true,
  exitMs: true,
};

const batchLength = 256 * 1024;
const restartMs = 1000;
const mostDeaths = 3;
const batchIsDone = 1;
const threadIsDone = 2;

class WorkerSink implements Sink {
  readonly name: string;
  readonly severity: number;
  readonly #module: string;
  readonly #options: unknown;
  readonly #capBytes: number;
  readonly #timeoutMs: number;
  readonly #exitMs: number;
  readonly #done = new Int32Array(new SharedArrayBuffer(4));
  readonly #settled = new Set<() => void>();
  #settings: SinkSettings = { durability: 'adaptive', isDevelopment: false };
  #thread: Worker | undefined;
  #ending: Worker | undefined;
  #restart: NodeJS.Timeout | undefined;
  #lines: Line[] = [];
  #size = 0;
  #sent = 0;
  #isScheduled = false;
  #users = 0;
  #deaths = 0;
  #isBroken = true;
  #written = 0;
  #bytes = 0;
  #dropped = 0;
  #droppedInThread = 0;
  #untoldDrops = 0;
  #failures = 0;
  #failuresInThread = 0;

  constructor(given: WorkerOptions) {
    expectOptions<WorkerOptions>('options', given, names);
    const { module, options, level = 'trace', capBytes = 16 * 1024 * 1024 } = given;
    const { timeoutMs = 10_000, exitMs = 2000 } = given;
    this.#module = readModule(module);
    this.name = `worker ${this.#module}`;
    this.severity = severityOf(parseLevelWord(level));
    this.#options = options;
    expectNumber('capBytes', capBytes, 0);
    this.#capBytes = capBytes;
    expectNumber('timeoutMs', timeoutMs, 0, longestMs);
    expectNumber('exitMs', exitMs, -1, longestMs);
    this.#timeoutMs = timeoutMs;
    this.#exitMs = exitMs;
  }

  open(settings: SinkSettings): void {
    watchExit();
    this.#users += 1;
    if (this.#users > 1) return;
    this.#settings = settings;
    this.#isBroken = false;
    this.#deaths = 0;
    addUnwritten(this);
    this.#start();
  }

  write(text: string, severity: number): void {
    const cap = severity >= errorLevel.severity ? this.#capBytes : this.#capBytes * 0.75;
    if (this.#isBroken || this.#size + text.length > cap) {
      this.#giveUp([{ text, severity }]);
      return;
    }
    this.#lines.push({ text, severity });
    this.#size += text.length;
    if (this.#isScheduled || this.#sent > 0) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#send();
    });
  }

  async flush(signal: AbortSignal): Promise<void> {
    if (this.#lines.length === 0) return;
    this.#send();
    await whenSettled(this.#settled, signal);
  }

  flushSync(): void {
    this.#send();
    if (!isExiting()) return;
    const deadline = performance.now() + this.#exitMs;
    while (this.#sent > 0 && this.#waitFor(batchIsDone, deadline)) {
      this.#forgetSent();
      this.#send();
    }
    if (this.#lines.length > 0) this.#giveUp(this.#takeAll());
    else this.#endThread();
    if (this.#ending) this.#waitFor(threadIsDone, deadline);
  }

  close(): void {
    this.#users -= 1;
    if (this.#users !== 0) return;
    this.#isBroken = true;
    clearTimeout(this.#restart);
    this.#restart = undefined;
    if (this.#lines.length > 0) this.#giveUp(this.#takeAll());
    this.#tellMissing();
    this.#endThread();
    if (!this.#ending) removeUnwritten(this);
  }

  stats(): SinkStats {
    return {
      name: this.name,
      written: this.#written - this.#droppedInThread,
      bytes: this.#bytes,
      pending: this.#lines.length,
      dropped: this.#dropped + this.#droppedInThread,
      failures: this.#failures + this.#failuresInThread,
    };
  }

  #start(): void {
    this.#restart = undefined;
    const input: ThreadInput = {
      module: this.#module,
      options: this.#options,
      settings: this.#settings,
      capBytes: this.#capBytes,
      timeoutMs: this.#timeoutMs,
      done: this.#done,
    };
    const thread = new Worker(new URL('./batches.worker.ts', import.meta.url), { workerData: input });
    let reason = '';
    thread.on('message', (done: BatchDone) => this.#finishBatch(done));
    thread.on('error', (error: unknown) => (reason = error instanceof Error ? error.message : String(error)));
    thread.on('exit', (code) => {
      if (this.#thread === thread) this.#bury(reason || `its thread ended with ${code}`);
      if (this.#ending !== thread) return;
      this.#ending = undefined;
      if (this.#isBroken) removeUnwritten(this);
    });
    // A thread that has nothing to do keeps no program alive.
    thread.unref();
    this.#thread = thread;
    if (this.#lines.length > 0) this.#send();
  }

  // The message of a thread cannot be read while this one stands still, so it counts in shared memory.
  #waitFor(wanted: number, deadline: number): boolean {
    for (;;) {
      const seen = Atomics.load(this.#done, 0);
      if (seen >= wanted) return true;
      const leftMs = deadline - performance.now();
      if (leftMs <= 0 || Atomics.wait(this.#done, 0, seen, leftMs) === 'timed-out') return false;
    }
  }

  #endThread(): void {
    const thread = this.#thread;
    if (!thread) return;
    this.#thread = undefined;
    this.#ending = thread;
    // The program stays for it, but not for ever.
    thread.ref();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    thread.postMessage('close');
    setTimeout(() => void thread.terminate(), this.#timeoutMs).unref();
  }

  #send(): void {
    if (this.#sent > 0 || this.#lines.length === 0 || !this.#thread) return;
    let size = 0;
    const next = this.#lines.findIndex(({ text }) => (size += text.length) > batchLength);
    const batch = this.#lines.slice(0, next === -1 ? this.#lines.length : Math.max(1, next));
    this.#sent = batch.length;
    Atomics.store(this.#done, 0, 0);
    this.#thread.ref();
    const lines = batch.map(({ text }) => text);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    this.#thread.postMessage({ lines, severities: batch.map(({ severity }) => severity) } satisfies Batch);
  }

  #finishBatch({ dropped, failures }: BatchDone): void {
    const lost = dropped - this.#droppedInThread;
    this.#droppedInThread = dropped;
    this.#failuresInThread = failures;
    if (lost > 0) tellRecordsDropped({ sink: this.name, count: lost });
    this.#deaths = 0;
    this.#forgetSent();
    this.#thread?.unref();
    this.#tellMissing();
    this.#send();
  }

  #tellMissing(): void {
    if (this.#untoldDrops > 0) tellRecordsDropped({ sink: this.name, count: this.#untoldDrops });
    this.#untoldDrops = 0;
  }

  #forgetSent(): void {
    const lines = this.#lines.splice(0, this.#sent);
    this.#sent = 0;
    this.#written += lines.length;
    for (const { text } of lines) {
      this.#size -= text.length;
      this.#bytes += Buffer.byteLength(text);
    }
    if (this.#lines.length === 0) this.#becomeEmpty();
  }

  #bury(reason: string): void {
    this.#thread = undefined;
    this.#sent = 0;
    this.#deaths += 1;
    this.#failures += 1;
    tellSinkFailed({ sink: this.name, reason });
    if (this.#deaths < mostDeaths) {
      this.#restart = setTimeout(() => this.#start(), restartMs);
      // Lines that wait are worth staying alive for.
      if (this.#lines.length === 0) this.#restart.unref();
      return;
    }
    this.#isBroken = true;
    removeUnwritten(this);
    this.#giveUp(this.#takeAll());
  }

  #takeAll(): readonly Line[] {
    const lines = this.#lines;
    this.#lines = [];
    this.#size = 0;
    this.#sent = 0;
    this.#becomeEmpty();
    return lines;
  }

  #becomeEmpty(): void {
    for (const settle of this.#settled) settle();
  }

  #giveUp(lines: readonly Line[]): void {
    this.#dropped += lines.length;
    this.#untoldDrops += lines.length;
    const errors = lines.filter(({ severity }) => severity >= errorLevel.severity).map(({ text }) => text);
    if (errors.length === 0) return;
    try {
      writeSync(2, errors.join(''));
    } catch {
      // Standard error is gone as well; the records are counted, and there is nowhere left to write.
    }
  }
}

function readModule(module: unknown): string {
  const href = String(module);
  if (URL.canParse(href)) return href;
  throw new LoggerErrors.INVALID_OPTION({
    option: 'module',
    expected: 'a URL, such as new URL("remote.js", import.meta.url) or import.meta.resolve("a-package")',
    received: JSON.stringify(href),
  });
}
