// One lane for each transport, so that a slow or broken one stalls nobody.
//
// (1) A transport has one record at a time and gets them in order: given several, winston's own base class calls back
//     for all of them before any is done. Once it is behind, errors go before the others.
// (2) What waits has a limit in bytes; past it records are given up and counted. The last quarter is for errors.
// (3) An error that is given up goes to standard error.
// (4) Nothing that a transport throws or emits reaches the caller, and a second answer for a record counts for nothing.
// (5) A transport that answers at once and without end does not keep the event loop from its other work.
// (6) After a recovery a record tells how many others are missing.
// idle -> in flight -> idle      waiting: in flight -> in flight      gone: any -> given up
import type { Writable } from 'node:stream';
import { dropNote } from './drop-note.ts';
import type { Info } from './encode/info.ts';
import { addUnwritten, isExiting, removeUnwritten, watchExit, writeToStderr } from './exit.ts';
import { tellRecordsDropped, tellSinkFailed } from './events.ts';
import { error as errorLevel, findLevel, warn } from './levels/vocabulary.ts';
import { Line, type Waiting } from './line.ts';
import type { SinkStats } from './sinks/sink.ts';
import { whenSettled } from './waiting.ts';
import { markLine, markedMessage } from './winston-record.ts';

type Send = (info: Info, done: (error?: Error | null) => void) => void;

// What a waiting record takes besides its text: the object, its keys, and the place in line.
const recordBytes = 512;
// The rest is for errors.
const ordinaryShare = 0.75;
// With so much waiting the transport is behind.
const behindShare = 0.5;
// So many records are handed over before the event loop gets its turn.
const recordsPerTurn = 256;

/** The lane of one transport. */
export class Lane {
  readonly transport: Writable;
  readonly #capBytes: number;
  readonly #name: string;
  readonly #send: Send;
  readonly #line = new Line();
  readonly #idle = new Set<() => void>();
  // The number of the record that the transport has, 0 when it has none, and the record.
  #inFlight = 0;
  #flying: Waiting | undefined;
  #passes = 0;
  #isPassing = false;
  #isWatched = false;
  #turnRecords = 0;
  #written = 0;
  #bytes = 0;
  #dropped = 0;
  #untoldDrops = 0;
  #hasRecovered = false;
  #failures = 0;
  #isFailing = false;
  #isFull = false;

  constructor(transport: Writable, capBytes: number) {
    this.transport = transport;
    this.#capBytes = capBytes;
    this.#name = nameOf(transport);
    this.#send = sendTo(transport);
    transport.on('close', this.#goOn);
    watchExit();
  }

  /** Takes one record. */
  write(info: Info, length: number, severity: number): void {
    const record = { info, length, severity };
    if (isExiting()) this.#passAtExit(record);
    else if (this.#inFlight === 0 && this.#line.count === 0) this.#pass(record);
    else if (this.#hasRoomFor(record)) this.#line.add(record, length + recordBytes);
    else this.#refuse(record);
  }

  /** Counts a failure that the transport reported by an event. */
  fail(error: unknown): void {
    this.#countFailure(error);
    // Some transports report by an event and never call back.
    if (this.#flying) this.#giveUp(this.#flying);
    this.#land();
    this.#goOn();
  }

  /** Counts a warning of the transport, which is how winston's own tell that a record did not arrive. */
  warn(problem: unknown): void {
    this.#countFailure(problem);
  }

  /** Resolves when the transport has taken everything, or rejects with the signal's reason. */
  async flush(signal: AbortSignal): Promise<void> {
    if (this.#pending > 0) await whenSettled(this.#idle, signal);
  }

  /** At exit, hands over what waits without regard to back-pressure; before that a lane cannot be hurried. */
  flushSync(): void {
    if (!isExiting()) return;
    if (this.#flying) rescue(this.#flying);
    for (let next = this.#line.take(); next; next = this.#line.take()) this.#passAtExit(next);
  }

  /** Lets go of the transport; what waits is given up. */
  detach(): void {
    this.transport.off('close', this.#goOn);
    this.#abandon();
    if (this.#untoldDrops > 0) tellRecordsDropped({ sink: this.#name, count: this.#untoldDrops });
    this.#untoldDrops = 0;
  }

  stats(): SinkStats {
    const counts = { written: this.#written, bytes: this.#bytes, dropped: this.#dropped, failures: this.#failures };
    return { name: this.#name, pending: this.#pending, ...counts };
  }

  get #isGone(): boolean {
    return this.transport.destroyed || this.transport.writableEnded;
  }

  get #pending(): number {
    return this.#line.count + (this.#inFlight === 0 ? 0 : 1);
  }

  #hasRoomFor({ length, severity }: Waiting): boolean {
    const share = severity >= errorLevel.severity ? 1 : ordinaryShare;
    return this.#line.bytes + length + recordBytes <= this.#capBytes * share;
  }

  #pass(record: Waiting): void {
    if (this.#isGone) {
      this.#giveUp(record);
      return;
    }
    this.#passes += 1;
    const pass = this.#passes;
    this.#inFlight = pass;
    this.#flying = record;
    this.#isPassing = true;
    const writtenBefore = this.#written;
    try {
      this.#send(record.info, (error) => {
        if (this.#inFlight === pass) this.#taken(error);
      });
    } catch (error) {
      if (this.#inFlight === pass) this.#taken(error as Error);
      else this.#thrownAfterAnswer(record, error, this.#written > writtenBefore);
    } finally {
      this.#isPassing = false;
    }
    if (this.#inFlight !== 0) this.#watch();
  }

  /** Nobody will hear whether a transport that needs time took it, so an error goes to standard error besides. */
  #passAtExit(record: Waiting): void {
    this.#pass(record);
    if (this.#inFlight === this.#passes) rescue(record);
  }

  #taken(error: Error | null | undefined): void {
    const record = this.#flying;
    this.#land();
    if (error) {
      this.#countFailure(error);
      if (record) this.#giveUp(record);
    } else {
      this.#isFailing = false;
      this.#written += 1;
      this.#bytes += record?.length ?? 0;
      this.#hasRecovered = true;
    }
    if (!this.#isPassing) this.#goOn();
  }

  /** winston's own transports answer first and throw then where their format threw: nothing was written. */
  #thrownAfterAnswer(record: Waiting, error: unknown, wasCounted: boolean): void {
    this.#countFailure(error);
    if (!wasCounted) return;
    this.#written -= 1;
    this.#bytes -= record.length;
    this.#giveUp(record);
  }

  #land(): void {
    this.#inFlight = 0;
    this.#flying = undefined;
  }

  readonly #goOn = (): void => {
    if (this.transport.destroyed) {
      this.#abandon();
      return;
    }
    while (this.#inFlight === 0 && this.#line.count > 0) {
      if (!this.#hasTurnLeft()) return;
      const next = this.#line.take(this.#line.bytes > this.#capBytes * behindShare);
      if (next) this.#pass(next);
    }
    if (this.#pending > 0) return;
    this.#isFull = false;
    if (this.#untoldDrops > 0 && this.#hasRecovered) this.#tellDrops();
    if (this.#pending === 0) this.#becomeIdle();
  };

  /** False when the event loop has to have its turn first; then it goes on after that. */
  #hasTurnLeft(): boolean {
    this.#turnRecords += 1;
    if (this.#turnRecords === 1) {
      setImmediate(() => {
        const wasHeldUp = this.#turnRecords > recordsPerTurn;
        this.#turnRecords = 0;
        if (wasHeldUp) this.#goOn();
      });
    }
    return this.#turnRecords <= recordsPerTurn;
  }

  #watch(): void {
    if (!this.#isWatched) addUnwritten(this);
    this.#isWatched = true;
  }

  #abandon(): void {
    if (this.#flying) this.#giveUp(this.#flying);
    this.#land();
    for (let next = this.#line.take(); next; next = this.#line.take()) this.#giveUp(next);
    this.#becomeIdle();
  }

  #countFailure(error: unknown): void {
    if (!this.#isFailing) tellSinkFailed({ sink: this.#name, reason: reasonOf(error) });
    this.#isFailing = true;
    this.#failures += 1;
  }

  // A transport that never answers fails without a word, so it is told when it begins to cost records.
  #refuse(record: Waiting): void {
    if (!this.#isFull) {
      const reason = `it is so slow that ${this.#line.bytes} bytes wait for it, and records are given up`;
      tellSinkFailed({ sink: this.#name, reason });
    }
    this.#isFull = true;
    this.#giveUp(record);
  }

  #giveUp(record: Waiting): void {
    this.#dropped += 1;
    this.#untoldDrops += 1;
    this.#hasRecovered = false;
    rescue(record);
  }

  #tellDrops(): void {
    const count = this.#untoldDrops;
    this.#untoldDrops = 0;
    this.#hasRecovered = false;
    tellRecordsDropped({ sink: this.#name, count });
    const note = dropNote(this.#name, count);
    // A transport for errors alone must hear of it as well.
    const own = findLevel((this.transport as { level?: unknown }).level);
    const level = own && own.severity > warn.severity ? own : warn;
    const info = markLine({ ...note, level: level.name }, level.name);
    this.#pass({ info, length: markedMessage(info)?.length ?? 0, severity: warn.severity });
  }

  #becomeIdle(): void {
    if (this.#isWatched) removeUnwritten(this);
    this.#isWatched = false;
    for (const settle of this.#idle) settle();
  }
}

/** An error that the transport does not get is kept by standard error. */
function rescue({ info, severity }: Waiting): void {
  if (severity < errorLevel.severity) return;
  const line = markedMessage(info);
  if (line !== undefined) writeToStderr(`${line}\n`);
}

// A transport of winston's is handed the record directly: with one at a time its stream has nothing to add but time.
function sendTo(transport: Writable): Send {
  const { _write: take, log } = transport as Writable & { log?: unknown };
  if (typeof log !== 'function') return (info, done) => void transport.write(info, done);
  return (info, done) => take.call(transport, info, 'utf8', done);
}

function nameOf(transport: Writable): string {
  const { name } = transport as { name?: unknown };
  return typeof name === 'string' && name !== '' ? name : transport.constructor.name;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
