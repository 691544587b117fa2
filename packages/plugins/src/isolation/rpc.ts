// Calls in both directions over any channel of messages. It runs in the host and inside of every tier, so it imports nothing
// of Node.
// (1) A call is settled exactly once: by its answer, its deadline, its signal, or the end of the other side.
// (2) What is not a message of ours, or answers nothing that was asked, is refused, counted and changes nothing.
// (3) After close() nothing is sent, and nothing waits.
import { codedError } from './guest-errors.ts';
import { abortError, putSignals, reasonOf, takeSignals } from './signals.ts';
import { fromWireError, toWireError } from './wire-error.ts';
import { isMessage, wholeCall, type Abort, type Call, type Message } from './wire.ts';

/** Answers a call of the other side; `signal` aborts when the caller gives up. */
export type Handler = (args: readonly unknown[], signal: AbortSignal) => unknown;

/** The errors that calls end with when the other side does not answer. */
export interface RpcErrors {
  late(method: string, timeoutMs: number): Error;
  uncloneable(method: string, cause: unknown): Error;
}

export interface RpcOptions {
  /** Hands a message to the channel; throws when it cannot cross. */
  readonly send: (message: Message) => void;
  readonly handlers: Readonly<Record<string, Handler>>;
  readonly errors: RpcErrors;
  /** Told of each message that was refused. */
  readonly onRefused?: (why: string) => void;
  /** Calls of the other side that may be open at the same time. @default 10000 */
  readonly maxOpenCalls?: number;
  /** How long a call waits unless it says otherwise. @default 30000 */
  readonly timeoutMs?: number;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** `Infinity` waits until the other side answers or ends. */
  readonly timeoutMs?: number;
}

export interface Rpc {
  /** Takes what came over the channel. */
  receive(message: unknown): void;
  call(method: string, args: readonly unknown[], options?: CallOptions): Promise<unknown>;
  tell(method: string, args: readonly unknown[]): void;
  /** How many messages were refused. */
  readonly refused: number;
  /** Rejects all that waits, aborts all that runs. */
  close(reason: Error): void;
}

interface Pending {
  readonly settle: (how: 'resolve' | 'reject', value: unknown) => void;
}

interface Running {
  readonly whole: AbortController;
  readonly places: readonly AbortController[];
}

const mostForgotten = 10_000;
/** The code of what a handler throws that was given values which no honest side sends. */
const forgedCode = 'seaworthy.plugins.GUEST_REQUEST';

export function createRpc(options: RpcOptions): Rpc {
  return new Connection(options);
}

class Connection implements Rpc {
  readonly #options: RpcOptions;
  readonly #pending = new Map<number, Pending>();
  /** Calls that were given up, whose answers may still come. */
  readonly #forgotten = new Set<number>();
  readonly #running = new Map<number, Running>();
  #lastId = 0;
  #refused = 0;
  #closedWith: Error | undefined;

  constructor(options: RpcOptions) {
    this.#options = options;
  }

  get refused(): number {
    return this.#refused;
  }

  tell(method: string, args: readonly unknown[]): void {
    if (!this.#closedWith) this.#send(['tell', method, args], method);
  }

  async call(method: string, args: readonly unknown[], options: CallOptions = {}): Promise<unknown> {
    const { signal, timeoutMs = this.#options.timeoutMs ?? 30_000 } = options;
    if (this.#closedWith) throw this.#closedWith;
    signal?.throwIfAborted();
    const { args: cleaned, places, signals } = takeSignals(args);
    const id = (this.#lastId += 1);
    return new Promise((resolve, reject) => {
      const undos = [
        this.#limit(id, method, timeoutMs),
        ...(signal ? [this.#follow(id, signal, wholeCall)] : []),
        ...signals.map((each, place) => this.#follow(id, each, place)),
      ];
      this.#pending.set(id, {
        settle: (how, value) => {
          this.#pending.delete(id);
          for (const undo of undos) undo();
          if (how === 'resolve') resolve(value);
          else reject(value);
        },
      });
      // Some channels answer at once, so the answer has its place before.
      try {
        this.#send(['call', id, method, cleaned, places], method);
      } catch (error) {
        this.#pending.get(id)?.settle('reject', error);
      }
    });
  }

  receive(message: unknown): void {
    if (this.#closedWith) return;
    if (!isMessage(message)) this.#refuse('it is not a message');
    else if (message[0] === 'call') void this.#answer(message);
    else if (message[0] === 'tell') this.#hear(message[1], message[2]);
    else if (message[0] === 'abort') this.#abort(message);
    else this.#settle(message[1], message[0], message[2]);
  }

  close(reason: Error): void {
    if (this.#closedWith) return;
    this.#closedWith = reason;
    for (const { settle } of this.#pending.values()) settle('reject', reason);
    for (const { whole, places } of this.#running.values()) for (const each of [whole, ...places]) each.abort(reason);
    this.#running.clear();
    this.#forgotten.clear();
  }

  #send(message: Message, method: string): void {
    try {
      this.#options.send(message);
    } catch (cause) {
      throw this.#options.errors.uncloneable(method, cause);
    }
  }

  #limit(id: number, method: string, timeoutMs: number): () => void {
    if (timeoutMs === Infinity) return () => undefined;
    let timer = setTimeout(() => {
      // One more turn: an answer that came while this side stood still still counts.
      timer = setTimeout(() => this.#giveUp(id, this.#options.errors.late(method, timeoutMs), 'it took too long'), 0);
    }, timeoutMs);
    return () => clearTimeout(timer);
  }

  #follow(id: number, signal: AbortSignal, place: number): () => void {
    const abort = (): void => {
      if (place === wholeCall) this.#giveUp(id, signal.reason, reasonOf(signal));
      else this.#options.send(['abort', id, place, reasonOf(signal)]);
    };
    signal.addEventListener('abort', abort, { once: true });
    return () => signal.removeEventListener('abort', abort);
  }

  #giveUp(id: number, error: unknown, why: string): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    pending.settle('reject', error);
    if (this.#forgotten.size < mostForgotten) this.#forgotten.add(id);
    this.#options.send(['abort', id, wholeCall, why]);
  }

  #settle(id: number, kind: 'answer' | 'failure', value: unknown): void {
    const pending = this.#pending.get(id);
    if (pending)
      pending.settle(kind === 'answer' ? 'resolve' : 'reject', kind === 'answer' ? value : fromWireError(value));
    else if (!this.#forgotten.delete(id)) this.#refuse('it answers a call that was not made');
  }

  #hear(method: string, args: readonly unknown[]): void {
    const handler = this.#handler(method);
    if (!handler) return this.#refuse('it names an unknown method');
    const failed = (error: unknown): void => {
      // Other failures have nobody to tell: what was said may come late, when its plugin is gone.
      if ((error as { readonly code?: unknown } | null)?.code === forgedCode)
        this.#refuse(`${method} has values it cannot have`);
    };
    try {
      void Promise.resolve(handler(args, new AbortController().signal)).catch(failed);
    } catch (error) {
      failed(error);
    }
  }

  async #answer([, id, method, args, places]: Call): Promise<void> {
    const { maxOpenCalls = 10_000 } = this.#options;
    const handler = this.#handler(method);
    if (!handler) this.#refuse('it names an unknown method');
    if (this.#running.has(id)) return this.#refuse('it uses the number of another call');
    if (this.#running.size >= maxOpenCalls) return this.#refuse('too many calls are open');
    const given = [...args];
    const running = { whole: new AbortController(), places: putSignals(given, places) };
    this.#running.set(id, running);
    const message = await outcome(id, () => {
      if (!handler) throw codedError('GUEST_REQUEST', `There is no method ${method}.`);
      return handler(given, running.whole.signal);
    });
    if (!this.#running.delete(id) || this.#closedWith) return;
    try {
      this.#options.send(message);
    } catch (cause) {
      this.#options.send(['failure', id, toWireError(this.#options.errors.uncloneable(method, cause))]);
    }
  }

  #abort([, id, place, reason]: Abort): void {
    // What has been answered meanwhile cannot be aborted any more; that is no mistake of the other side.
    const running = this.#running.get(id);
    if (!running) return;
    const controller = place === wholeCall ? running.whole : running.places[place];
    if (controller) controller.abort(abortError(reason));
    else this.#refuse('it aborts a signal that was not given');
  }

  #handler(method: string): Handler | undefined {
    return Object.hasOwn(this.#options.handlers, method) ? this.#options.handlers[method] : undefined;
  }

  #refuse(why: string): void {
    this.#refused += 1;
    this.#options.onRefused?.(why);
  }
}

async function outcome(id: number, run: () => unknown): Promise<Message> {
  try {
    return ['answer', id, await run()];
  } catch (error) {
    return ['failure', id, toWireError(error)];
  }
}
