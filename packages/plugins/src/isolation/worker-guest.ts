// (1) A thread is over exactly once; from then on its calls reject and its plugins are told, unless it was asked to end.
import { Worker } from 'node:worker_threads';
import { PluginErrors } from '../errors.ts';
import { tellGuestLost } from '../events.ts';
import { messageOf } from '../isolate.ts';
import type { Guest, Order } from './pool.ts';
import { createResidents, type Residents } from './remote.ts';
import { createRpc, type Rpc } from './rpc.ts';
import { hostErrors } from './tier-options.ts';
import { watchGuest } from './watch.ts';
import type { Message } from './wire.ts';

/** The thread that a plugin needs. */
export interface WorkerOrder extends Order {
  readonly env: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  readonly unresponsiveMs: number;
}

export interface WorkerSettings {
  readonly startTimeoutMs: number;
  /** What a thread may take up beside its memory, as `new Worker()` has it. */
  readonly stackSizeMb: number;
}

/** Starts a thread and waits until it serves. @throws GUEST_LOST */
export async function startWorker(order: WorkerOrder, settings: WorkerSettings): Promise<Guest> {
  const guest = new WorkerGuest(order, settings);
  await guest.ready;
  return guest;
}

class WorkerGuest implements Guest {
  readonly rpc: Rpc;
  readonly residents: Residents = createResidents();
  readonly ready: Promise<void>;
  readonly #worker: Worker;
  readonly #exited: Promise<void>;
  #stopWatching: () => void = () => undefined;
  #reason: string | undefined;
  #isOver = false;

  constructor({ env, memoryMb, unresponsiveMs }: WorkerOrder, { startTimeoutMs, stackSizeMb }: WorkerSettings) {
    const resourceLimits = { maxOldGenerationSizeMb: memoryMb, stackSizeMb };
    const worker = new Worker(new URL('./worker-guest.worker.ts', import.meta.url), {
      name: 'seaworthy-plugins',
      env: { ...env },
      execArgv: [],
      resourceLimits,
    });
    this.#worker = worker;
    const late = setTimeout(() => this.#kill(`it did not serve within ${startTimeoutMs} ms`), startTimeoutMs);
    const started = new Promise<void>((resolve, reject) => {
      this.#onReady = resolve;
      this.#onLost = reject;
    });
    this.ready = started.finally(() => clearTimeout(late));
    this.ready.catch(() => undefined);
    this.rpc = createRpc({
      send: (message) => this.#send(message),
      errors: hostErrors,
      handlers: { ...this.residents.handlers, ready: () => this.#begin(unresponsiveMs) },
    });
    worker.on('message', (message) => this.rpc.receive(message));
    worker.on('error', (error) => (this.#reason ??= messageOf(error)));
    this.#exited = new Promise((resolve) => {
      worker.once('exit', (code) => {
        this.#over(this.#reason ?? `it ended with exit code ${code}`);
        resolve();
      });
    });
  }

  #onReady: () => void = () => undefined;
  #onLost: (error: Error) => void = () => undefined;

  get isOver(): boolean {
    return this.#isOver;
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await this.#worker.terminate();
    await this.#exited;
  }

  #begin(unresponsiveMs: number): void {
    this.#stopWatching();
    this.#stopWatching = watchGuest({ rpc: this.rpc, unresponsiveMs, onTrouble: (reason) => this.#kill(reason) });
    this.#onReady();
  }

  #send(message: Message): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    this.#worker.postMessage(message);
  }

  #kill(reason: string): void {
    this.#reason ??= reason;
    void this.#worker.terminate();
  }

  #over(reason: string): void {
    this.#stopWatching();
    const wasAsked = this.#isOver;
    this.#isOver = true;
    const plugins = this.residents.ids;
    const error = new PluginErrors.GUEST_LOST({ tier: 'worker', plugins: plugins.join(', ') || 'to come', reason });
    this.rpc.close(error);
    this.#onLost(error);
    if (wasAsked) return;
    tellGuestLost({ tier: 'worker', plugins, reason });
    this.residents.crash(error);
  }
}
