// (1) Warnings and worse, and everything once the process exits, are written before the call returns.
// (2) A descriptor that takes nothing never blocks the program unless it is told to: lines wait, up to a number of bytes.
// (3) Past that number lines are given up and counted; an error or worse then goes to standard error. With `block` the
//     program first stands still until there is room, with `sample` one line of ten is kept from half of that number on.
// (4) After a recovery a record tells how many lines are missing.
// quiet -> waiting for the turn's end -> quiet      failing: any -> retrying -> quiet      broken: any -> closed for good
import { writeSync } from 'node:fs';
import { isoNow, latestMs } from '../clock.ts';
import { tellRecordsDropped, tellSinkFailed } from '../events.ts';
import { addUnwritten, isExiting, removeUnwritten, watchExit } from '../exit.ts';
import { error as errorLevel, warn } from '../levels/vocabulary.ts';
import { whenSettled } from '../waiting.ts';
import { Outbox } from './outbox.ts';
import type { Durability, Sink, SinkSettings, SinkStats, WhenFull } from './sink.ts';

/** Where the bytes go. */
export interface FdTarget {
  readonly name: string;
  /** Opens the descriptor, or gives the one that is open. */
  open(): number;
  close(): void;
  /** Called before each write; a rotating file changes its descriptor here. */
  beforeWrite?(size: number): number;
}

export interface FdSinkOptions {
  /** The least severity it takes. */
  readonly severity: number;
  readonly capBytes: number;
  readonly durability?: Durability | undefined;
  readonly whenFull?: WhenFull | undefined;
  /** Turns a line of JSON into what is written. */
  readonly render?: ((line: string, settings: SinkSettings) => string) | undefined;
}

const quietMs = 10;
const batchLength = 64 * 1024;
const busyRetryMs = 5;
const sampleOf = 10;
const failureRetryMs = 1000;
const patienceMs = 5000;
const hopeless: ReadonlySet<string> = new Set(['EPIPE', 'EBADF', 'ENXIO']);

/** A sink on a file descriptor. */
export class FdSink implements Sink {
  readonly name: string;
  readonly severity: number;
  readonly #target: FdTarget;
  readonly #options: FdSinkOptions;
  readonly #outbox: Outbox = new Outbox();
  readonly #waiting = new Set<() => void>();
  #settings: SinkSettings = { durability: 'adaptive', isDevelopment: false };
  #durability: Durability = 'adaptive';
  #fd = -1;
  #users = 0;
  #isScheduled = false;
  #isWatched = false;
  #retry: NodeJS.Timeout | undefined;
  #isBroken = false;
  #lastWriteMs = -Infinity;
  #sampled = 0;
  #hasStoodInVain = false;
  #dropped = 0;
  #untoldDrops = 0;
  #failures = 0;

  constructor(target: FdTarget, options: FdSinkOptions) {
    this.name = target.name;
    this.severity = options.severity;
    this.#target = target;
    this.#options = options;
  }

  open(settings: SinkSettings): void {
    watchExit();
    this.#users += 1;
    if (this.#users > 1) return;
    this.#settings = settings;
    this.#durability = this.#options.durability ?? settings.durability;
    this.#fd = this.#target.open();
    this.#isBroken = false;
  }

  write(line: string, severity: number): void {
    if (!this.#hasRoom(severity) && !this.#standUntilRoom(severity)) {
      this.#giveUp(line, severity);
      return;
    }
    const { render } = this.#options;
    this.#outbox.add(render ? render(line, this.#settings) : line);
    if (this.#mustWriteNow(severity)) this.flushSync();
    else if (!this.#retry) this.#waitForTurn();
  }

  flushSync(): void {
    if (isExiting()) this.#drainAtExit();
    else if (!this.#retry) this.#drain();
  }

  async flush(signal: AbortSignal): Promise<void> {
    this.#drain();
    if (this.#outbox.count > 0) await whenSettled(this.#waiting, signal);
  }

  close(): void {
    this.#users -= 1;
    if (this.#users !== 0) return;
    this.#drain();
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#dropped += this.#outbox.clear();
    this.#becomeEmpty();
    this.#target.close();
    this.#isBroken = true;
  }

  stats(): SinkStats {
    const { written, bytes, count } = this.#outbox;
    return { name: this.name, written, bytes, pending: count, dropped: this.#dropped, failures: this.#failures };
  }

  #mustWriteNow(severity: number): boolean {
    if (severity >= warn.severity || this.#durability === 'record') return true;
    if (this.#outbox.size >= batchLength || isExiting()) return true;
    return this.#durability === 'adaptive' && !this.#isScheduled && latestMs() - this.#lastWriteMs >= quietMs;
  }

  #waitForTurn(): void {
    this.#watch();
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.flushSync();
    });
  }

  #drain(): void {
    if (this.#isBroken) return;
    const outcome = this.#outbox.writeTo(this.#chooseFd());
    if (outcome.isDone) this.#succeed();
    else this.#fail(outcome.error);
  }

  #succeed(): void {
    this.#lastWriteMs = latestMs();
    this.#hasStoodInVain = false;
    if (this.#retry) {
      clearTimeout(this.#retry);
      this.#retry = undefined;
    }
    if (this.#untoldDrops > 0) this.#tellDrops();
    this.#becomeEmpty();
  }

  #becomeEmpty(): void {
    if (this.#isWatched) removeUnwritten(this);
    this.#isWatched = false;
    if (this.#waiting.size > 0) for (const settle of this.#waiting) settle();
  }

  #watch(): void {
    if (!this.#isWatched) addUnwritten(this);
    this.#isWatched = true;
  }

  #fail(error: NodeJS.ErrnoException): void {
    if (this.#failures === 0 || !this.#retry) tellSinkFailed({ sink: this.name, reason: error.message });
    this.#failures += 1;
    if (hopeless.has(error.code ?? '')) {
      this.#isBroken = true;
      this.#dropped += this.#outbox.clear();
      this.#becomeEmpty();
      return;
    }
    this.#watch();
    clearTimeout(this.#retry);
    const isBusy = error.code === 'EAGAIN';
    this.#retry = setTimeout(() => this.#drain(), isBusy ? busyRetryMs : failureRetryMs);
    // A reader that is slow is worth staying alive for; a full disk is not.
    if (!isBusy) this.#retry.unref();
  }

  // No turn comes after this one, so the only way to wait is to stand still.
  #drainAtExit(): void {
    this.#standUntil(() => this.#outbox.count === 0);
  }

  #standUntil(isEnough: () => boolean): void {
    const deadline = performance.now() + patienceMs;
    const still = new Int32Array(new SharedArrayBuffer(4));
    while (!this.#isBroken) {
      const outcome = this.#outbox.writeTo(this.#chooseFd());
      if (outcome.isDone || isEnough() || outcome.error.code !== 'EAGAIN' || performance.now() > deadline) return;
      Atomics.wait(still, 0, 0, busyRetryMs);
    }
  }

  #chooseFd(): number {
    this.#fd = this.#target.beforeWrite?.(this.#outbox.size) ?? this.#fd;
    return this.#fd;
  }

  #hasRoom(severity: number): boolean {
    if (this.#isBroken) return false;
    const { capBytes, whenFull } = this.#options;
    if (whenFull === 'sample' && severity < warn.severity && this.#outbox.size >= capBytes / 2) {
      this.#sampled += 1;
      if (this.#sampled % sampleOf !== 1) return false;
    }
    return this.#outbox.size < (severity >= errorLevel.severity ? capBytes : capBytes * 0.75);
  }

  #standUntilRoom(severity: number): boolean {
    if (this.#options.whenFull !== 'block' || this.#isBroken || this.#hasStoodInVain) return false;
    this.#standUntil(() => this.#hasRoom(severity));
    // One long wait tells enough: without a word from the reader there is no second one.
    this.#hasStoodInVain = !this.#hasRoom(severity);
    return !this.#hasStoodInVain;
  }

  #giveUp(line: string, severity: number): void {
    this.#dropped += 1;
    this.#untoldDrops += 1;
    if (severity < errorLevel.severity || this.#fd === 2) return;
    try {
      writeSync(2, line);
    } catch {
      // Standard error is gone as well; the record is counted, and there is nowhere left to write.
    }
  }

  #tellDrops(): void {
    const count = this.#untoldDrops;
    this.#untoldDrops = 0;
    tellRecordsDropped({ sink: this.name, count });
    const message = `The log sink ${this.name} took nothing for a while: ${count} records are missing.`;
    const fields = { message, logger: 'seaworthy.logger', sink: this.name, dropped: count };
    const line = `${JSON.stringify({ level: 'warn', timestamp: isoNow(), ...fields })}\n`;
    this.#outbox.add(this.#options.render?.(line, this.#settings) ?? line);
    this.#drain();
  }
}
