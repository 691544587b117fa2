// One lane for each transport, so that a slow or broken one stalls nobody.
//
// (1) A transport has one record at a time and gets them in order: given several, winston's own base class calls back
//     for all of them before any is done.
// (2) What waits has a limit in bytes; past it records are given up and counted.
// (3) Nothing that a transport throws or emits reaches the caller.
import type { Writable } from 'node:stream';
import type { Info } from './encode/info.ts';
import { addUnwritten, removeUnwritten, watchExit } from './exit.ts';
import { tellRecordsDropped, tellSinkFailed } from './events.ts';
import type { SinkStats } from './sinks/sink.ts';
import { whenSettled } from './waiting.ts';

type Send = (info: Info, done: (error?: Error | null) => void) => void;

interface Waiting {
  readonly info: Info;
  readonly size: number;
}

/** The lane of one transport. */
export class Lane {
  readonly transport: Writable;
  readonly #capBytes: number;
  readonly #name: string;
  readonly #send: Send;
  readonly #idle = new Set<() => void>();
  #queue: Waiting[] = [];
  #head = 0;
  #queueBytes = 0;
  #written = 0;
  #bytes = 0;
  #dropped = 0;
  #untoldDrops = 0;
  #failures = 0;
  #isWriting = false;
  #isPassing = false;

  constructor(transport: Writable, capBytes: number) {
    this.transport = transport;
    this.#capBytes = capBytes;
    this.#name = nameOf(transport);
    this.#send = sendTo(transport);
    transport.on('close', this.#goOn);
    watchExit();
  }

  /** Takes one record. */
  write(info: Info, size: number): void {
    if (!this.#isBusy && this.#queue.length === 0) this.#pass(info, size);
    else if (this.#queueBytes + size <= this.#capBytes) this.#wait(info, size);
    else this.#giveUp(1);
  }

  /** Counts a failure that the transport reported by an event. */
  fail(error: unknown): void {
    this.#countFailure(error);
    // Some transports report by an event and never call back.
    if (this.#isWriting) this.#giveUp(1);
    this.#isWriting = false;
    this.#goOn();
  }

  /** Resolves when the transport has taken everything, or rejects with the signal's reason. */
  async flush(signal: AbortSignal): Promise<void> {
    if (this.#pending > 0) await whenSettled(this.#idle, signal);
  }

  /** Hands over what waits without regard to back-pressure; for the moment before the process ends. */
  flushSync(): void {
    for (let next = this.#takeNext(); next; next = this.#takeNext()) this.#pass(next.info, next.size);
  }

  /** Lets go of the transport; what waits is given up. */
  detach(): void {
    this.transport.off('close', this.#goOn);
    this.#abandon(this.#pending);
  }

  stats(): SinkStats {
    const counts = { written: this.#written, bytes: this.#bytes, dropped: this.#dropped, failures: this.#failures };
    return { name: this.#name, pending: this.#pending, ...counts };
  }

  get #isBusy(): boolean {
    return !this.transport.destroyed && (this.#isWriting || this.transport.writableLength > 0);
  }

  get #isGone(): boolean {
    return this.transport.destroyed || this.transport.writableEnded;
  }

  get #pending(): number {
    return this.#queue.length - this.#head + (this.#isBusy ? 1 : 0);
  }

  #pass(info: Info, size: number): void {
    if (this.#isGone) {
      this.#giveUp(1);
      return;
    }
    this.#isWriting = true;
    this.#isPassing = true;
    try {
      this.#send(info, this.#taken);
      this.#written += 1;
      this.#bytes += size;
    } catch (error) {
      this.#isWriting = false;
      this.#giveUp(1);
      this.#countFailure(error);
    } finally {
      this.#isPassing = false;
    }
  }

  #wait(info: Info, size: number): void {
    if (this.#queue.length === 0) addUnwritten(this);
    this.#queue.push({ info, size });
    this.#queueBytes += size;
  }

  readonly #taken = (error?: Error | null): void => {
    this.#isWriting = false;
    if (error) {
      this.#countFailure(error);
      this.#giveUp(1);
    }
    if (!this.#isPassing) this.#goOn();
  };

  readonly #goOn = (): void => {
    if (this.transport.destroyed) {
      this.#abandon(this.#pending + (this.#isWriting ? 1 : 0));
      return;
    }
    while (!this.#isBusy) {
      const next = this.#takeNext();
      if (!next) break;
      this.#pass(next.info, next.size);
    }
    if (this.#pending > 0) return;
    if (this.#untoldDrops > 0) this.#tellDrops();
    this.#becomeIdle();
  };

  #takeNext(): Waiting | undefined {
    const next = this.#queue[this.#head];
    if (!next) return undefined;
    this.#head += 1;
    this.#queueBytes -= next.size;
    if (this.#head === this.#queue.length) this.#empty();
    return next;
  }

  #empty(): void {
    if (this.#queue.length > 0) removeUnwritten(this);
    this.#queue = [];
    this.#head = 0;
    this.#queueBytes = 0;
  }

  #abandon(count: number): void {
    this.#empty();
    this.#isWriting = false;
    if (count > 0) this.#giveUp(count);
    this.#becomeIdle();
  }

  #countFailure(error: unknown): void {
    if (this.#failures === 0) tellSinkFailed({ sink: this.#name, reason: reasonOf(error) });
    this.#failures += 1;
  }

  #giveUp(count: number): void {
    this.#dropped += count;
    this.#untoldDrops += count;
  }

  #tellDrops(): void {
    tellRecordsDropped({ sink: this.#name, count: this.#untoldDrops });
    this.#untoldDrops = 0;
  }

  #becomeIdle(): void {
    if (this.#idle.size > 0) for (const settle of this.#idle) settle();
  }
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
