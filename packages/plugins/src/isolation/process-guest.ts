// (1) A process is over exactly once; from then on its calls reject and its plugins are told, unless it was asked to end.
// (2) What a process sends is limited in size and in how often it may be wrong; what it does not read is limited too.
import { spawn, type ChildProcess } from 'node:child_process';
import { dirname, join } from 'node:path';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { PluginErrors } from '../errors.ts';
import { tellGuestLost } from '../events.ts';
import type { AuditTrail } from '../policy.ts';
import { createFrameReader, frameOf } from './frames.ts';
import type { ProcessOrder } from './grants.ts';
import { permissionFlags } from './permission-flags.ts';
import type { Guest } from './pool.ts';
import type { ProcessInput } from './process-input.ts';
import { createResidents, type Residents } from './remote.ts';
import { reportHandlers } from './reports.ts';
import { createRpc, type Rpc } from './rpc.ts';
import { hostErrors } from './tier-options.ts';
import { watchGuest } from './watch.ts';
import type { Message } from './wire.ts';

export interface ProcessSettings {
  readonly nodePath: string;
  readonly mostRefusals: number;
  readonly startTimeoutMs: number;
  readonly audit: AuditTrail | undefined;
}

const pipeNumber = 3;
const longestLastWords = 4_096;
const megabyte = 1_048_576;

/** Starts a closed process and waits until it serves. @throws GUEST_LOST */
export async function startProcess(order: ProcessOrder, settings: ProcessSettings): Promise<Guest> {
  const guest = new ProcessGuest(order, settings);
  await guest.ready;
  return guest;
}

class ProcessGuest implements Guest {
  readonly rpc: Rpc;
  readonly residents: Residents = createResidents();
  readonly ready: Promise<void>;
  readonly #order: ProcessOrder;
  readonly #mostRefusals: number;
  readonly #child: ChildProcess;
  readonly #pipe: Duplex;
  readonly #exited: Promise<void>;
  #lastWords = '';
  #refusals = 0;
  #reason: string | undefined;
  #isOver = false;
  #stopWatching: () => void = () => undefined;

  constructor(order: ProcessOrder, { nodePath, mostRefusals, startTimeoutMs, audit }: ProcessSettings) {
    this.#order = order;
    this.#mostRefusals = mostRefusals;
    this.#child = startChild(order, nodePath);
    this.#pipe = this.#child.stdio[pipeNumber] as Duplex;
    const { promise, resolve, reject } = deferred();
    const late = setTimeout(() => this.#kill(`it did not serve within ${startTimeoutMs} ms`), startTimeoutMs);
    this.rpc = createRpc({
      send: (message) => this.#send(message),
      errors: hostErrors,
      handlers: {
        ...this.residents.handlers,
        ...reportHandlers({ tier: 'process', residents: this.residents, audit }),
        ready: () => {
          clearTimeout(late);
          this.#watch();
          resolve();
        },
      },
      onRefused: (why) => this.#refuse(why),
    });
    this.ready = promise;
    this.#exited = this.#listen((error) => {
      clearTimeout(late);
      reject(error);
    });
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  async end(): Promise<void> {
    this.#isOver = true;
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  #listen(lost: (error: Error) => void): Promise<void> {
    const reader = createFrameReader({
      mostBytes: this.#order.messageBytes,
      onValue: (value) => this.rpc.receive(value),
      onRefused: (why) => this.#refuse(why),
    });
    this.#pipe.on('data', (chunk: Buffer) => reader.push(chunk));
    // The end of the process says more.
    this.#pipe.on('error', () => undefined);
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#lastWords = (this.#lastWords + chunk.toString('utf8')).slice(-longestLastWords);
    });
    return new Promise((resolve) => {
      const over = (how: string): void => {
        this.#over(how, lost);
        resolve();
      };
      this.#child.once('error', ({ message }) => over(message));
      // `close` and not `exit`: what it had still said has been read by then.
      this.#child.once('close', (code, signal) => over(signal === null ? `exit code ${code}` : signal));
    });
  }

  #over(how: string, lost: (error: Error) => void): void {
    this.#stopWatching();
    this.#pipe.destroy();
    const wasAsked = this.#isOver;
    this.#isOver = true;
    const plugins = this.residents.ids;
    const words = this.#reason === undefined ? this.#lastWords.trim() : '';
    const reason = this.#reason ?? `it ended with ${how}${words && `, saying ${JSON.stringify(words)}`}`;
    const error = new PluginErrors.GUEST_LOST({ tier: 'process', plugins: plugins.join(', ') || 'to come', reason });
    this.rpc.close(error);
    lost(error);
    if (wasAsked) return;
    tellGuestLost({ tier: 'process', plugins, reason });
    this.residents.crash(error);
  }

  #send(message: Message): void {
    const { messageBytes } = this.#order;
    const frame = frameOf(message, messageBytes);
    if (this.#pipe.writableLength > 4 * messageBytes) this.#kill('it does not read what it is sent');
    else if (!this.#pipe.destroyed) this.#pipe.write(frame);
  }

  #refuse(why: string): void {
    this.#refusals += 1;
    if (this.#refusals <= this.#mostRefusals) return;
    this.#kill(`it sent ${this.#refusals} messages that were refused, the last because ${why}`);
  }

  #watch(): void {
    const { pid } = this.#child;
    const { unresponsiveMs, memoryMb } = this.#order;
    this.#stopWatching();
    this.#stopWatching = watchGuest({
      rpc: this.rpc,
      unresponsiveMs,
      onTrouble: (reason) => this.#kill(reason),
      ...(pid !== undefined && { memory: { pid, mostBytes: memoryMb * megabyte } }),
    });
  }

  #kill(reason: string): void {
    this.#reason ??= reason;
    this.#child.kill('SIGKILL');
  }
}

function startChild(order: ProcessOrder, nodePath: string): ChildProcess {
  const { read, memoryMb, modules, messageBytes, env } = order;
  const program = fileURLToPath(new URL('./process-guest.worker.ts', import.meta.url));
  const folder = dirname(program);
  // The type of its modules is written above it.
  const packages = [join(folder, '..', 'package.json'), join(folder, '..', '..', 'package.json')];
  const flags = permissionFlags({ ...order, read: [folder, join(folder, '*'), ...packages, ...read] });
  const input: ProcessInput = { modules, messageBytes };
  return spawn(
    nodePath,
    [...flags, `--max-old-space-size=${memoryMb}`, program, JSON.stringify(input)],
    // Nothing of the host's environment; no stream of the host's that it could read or write.
    // Node hands on the folder for its coverage by itself, unless the name is there.
    {
      env: { NODE_V8_COVERAGE: undefined, ...env },
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      windowsHide: true,
    },
  );
}

function deferred(): { promise: Promise<void>; resolve: () => void; reject: (error: Error) => void } {
  let resolve = (): void => undefined;
  let reject = (_error: Error): void => undefined;
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  // Whoever starts it waits for it; the end of a process that was ready concerns nobody here.
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}
