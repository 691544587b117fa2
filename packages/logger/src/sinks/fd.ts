// (1) Warnings and worse, and everything once the process exits, are written before the call returns.
// (2) A descriptor that takes nothing never blocks the program unless it is told to: lines wait, up to a number of bytes.
// (3) Past that number lines are given up and counted; an error or worse then goes to standard error. With `block` the
//     program first stands still until there is room, with `sample` one line of ten is kept from half of that number on.
// (4) After a recovery a record tells how many lines are missing.
// (5) An error that is still waiting when the descriptor breaks, closes or the process ends goes to standard error.
// quiet -> waiting for the turn's end -> quiet      failing: any -> retrying -> quiet      broken: any -> closed for good
import { isoNow, latestMs } from '../clock.ts';
import { dropNote } from '../drop-note.ts';
import { tellRecordsDropped, tellSinkFailed } from '../events.ts';
import { addUnwritten, isExiting, removeUnwritten, waitAtExit, watchExit, writeToStderr } from '../exit.ts';
import { error as errorLevel, warn } from '../levels/vocabulary.ts';
import { whenSettled } from '../waiting.ts';
import { Outbox, type LineTarget, type WriteOutcome } from './outbox.ts';
import type { Durability, Sink, SinkSettings, SinkStats, WhenFull } from './sink.ts';

/** Where the bytes go; a rotating file changes its descriptor when it is asked for one. */
export interface FdTarget extends LineTarget {
  readonly name: string;
  /** Lines are written when so many bytes have gathered, at most. */
  readonly batchBytes?: number | undefined;
  /** True for standard error itself. */
  readonly isLastResort?: boolean;
  open(): void;
  close(): void;
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
  readonly #batchLength: number;
  // Errors among the lines that wait.
  #errors: string[] = [];
  #users = 0;
  #isScheduled = false;
  #isWatched = false;
  #isSending = false;
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
    this.#batchLength = Math.min(batchLength, target.batchBytes ?? batchLength);
  }

  open(settings: SinkSettings): void {
    watchExit();
    if (this.#users === 0) {
      this.#target.open();
      this.#settings = settings;
      this.#durability = this.#options.durability ?? settings.durability;
      this.#isBroken = false;
    }
    this.#users += 1;
  }

  write(line: string, severity: number): void {
    if (this.#isFree && severity < errorLevel.severity && this.#mustWriteNow(severity) && !isExiting()) {
      this.#outbox.add(this.#options.render?.(line, this.#settings) ?? line);
      this.#send();
      return;
    }
    if (!this.#hasRoom(severity) && !this.#standUntilRoom(severity)) {
      this.#giveUp(line, severity);
      return;
    }
    const { render } = this.#options;
    const text = render ? render(line, this.#settings) : line;
    this.#outbox.add(text);
    if (severity >= errorLevel.severity) this.#errors.push(text);
    // While the descriptor takes nothing, its own timer tries again, not every record.
    if (this.#retry && !isExiting()) return;
    if (this.#mustWriteNow(severity)) this.flushSync();
    else this.#waitForTurn();
  }

  flushSync(): void {
    if (isExiting()) this.#drainAtExit();
    else this.#drain();
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
    this.#isBroken = true;
    this.#abandon();
    this.#tellMissing();
    this.#target.close();
  }

  stats(): SinkStats {
    const { written, bytes, count } = this.#outbox;
    return { name: this.name, written, bytes, pending: count, dropped: this.#dropped, failures: this.#failures };
  }

  /** Nothing waits, and nothing is wrong. */
  get #isFree(): boolean {
    return this.#outbox.count === 0 && !this.#isBroken && !this.#isWatched;
  }

  #mustWriteNow(severity: number): boolean {
    if (severity >= warn.severity || this.#durability === 'record') return true;
    if (this.#outbox.size >= this.#batchLength || isExiting()) return true;
    return this.#durability === 'adaptive' && !this.#isScheduled && latestMs() - this.#lastWriteMs >= quietMs;
  }

  #waitForTurn(): void {
    this.#watch();
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      if (!this.#retry) this.flushSync();
    });
  }

  #drain(): void {
    // The target asks for the time, and the latest record may be long ago.
    isoNow();
    this.#send();
  }

  #send(): void {
    if (this.#isBroken || this.#isSending) return;
    const outcome = this.#writeOut();
    if (outcome.isDone) this.#succeed();
    else this.#fail(outcome.error);
  }

  /** Writes what waits. Whoever is told of something meanwhile may log it here: that record is written with the rest. */
  #writeOut(): WriteOutcome {
    this.#isSending = true;
    const outcome = this.#outbox.writeTo(this.#target);
    this.#isSending = false;
    return outcome;
  }

  #succeed(): void {
    this.#lastWriteMs = latestMs();
    this.#hasStoodInVain = false;
    if (this.#errors.length > 0) this.#errors = [];
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
    const isNew = this.#failures === 0 || !this.#retry;
    this.#failures += 1;
    this.#standBack(error);
    // Last, since whoever is told may log it, through this sink too.
    if (isNew) tellSinkFailed({ sink: this.name, reason: error.message });
  }

  #standBack(error: NodeJS.ErrnoException): void {
    if (hopeless.has(error.code ?? '')) {
      this.#isBroken = true;
      this.#abandon();
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
    if (this.#isBroken || this.#isSending) return;
    isoNow();
    for (;;) {
      const outcome = this.#writeOut();
      if (outcome.isDone) {
        this.#succeed();
        return;
      }
      if (outcome.error.code === 'EAGAIN' && waitAtExit()) continue;
      this.#failures += 1;
      this.#abandon();
      return;
    }
  }

  #standUntil(isEnough: () => boolean): void {
    const deadline = performance.now() + patienceMs;
    const still = new Int32Array(new SharedArrayBuffer(4));
    while (!this.#isBroken && !this.#isSending) {
      const outcome = this.#writeOut();
      if (outcome.isDone) this.#succeed();
      if (outcome.isDone || isEnough() || outcome.error.code !== 'EAGAIN' || performance.now() > deadline) return;
      Atomics.wait(still, 0, 0, busyRetryMs);
    }
  }

  /** Gives up what waits; errors go to standard error. */
  #abandon(): void {
    const given = this.#outbox.clear();
    this.#dropped += given;
    this.#untoldDrops += given;
    if (this.#errors.length > 0 && this.#target.isLastResort !== true) writeToStderr(this.#errors.join(''));
    this.#errors = [];
    this.#becomeEmpty();
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
    if (severity >= errorLevel.severity && this.#target.isLastResort !== true) writeToStderr(line);
  }

  /** Tells how many lines are missing, where the descriptor takes no record of it. */
  #tellMissing(): void {
    if (this.#untoldDrops > 0) tellRecordsDropped({ sink: this.name, count: this.#untoldDrops });
    this.#untoldDrops = 0;
  }

  #tellDrops(): void {
    const count = this.#untoldDrops;
    this.#tellMissing();
    const line = `${JSON.stringify(dropNote(this.name, count))}\n`;
    this.#outbox.add(this.#options.render?.(line, this.#settings) ?? line);
    this.#drain();
  }
}
