// (1) The worker holds no state of the application; when it dies it is started again on the same port, later each time.
// (2) A call that waited too long is not begun: its client was told so already.
// (3) After close() no worker runs.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { fromJSON } from '@seaworthy/errors';
import type { Back, Reply } from './call.ts';
import { ManagementErrors } from './errors.ts';
import type { Front, FrontEvents } from './front.ts';
import type { Place } from './listen.ts';
import type { FrontSettings, Settings } from './options.ts';
import { createRestarts } from './restarts.ts';
import { sharedNow, type ToMain, type ToWorker } from './wire.ts';

export interface WorkerHostOptions {
  readonly settings: FrontSettings;
  readonly logger: Settings['logger'];
  readonly back: Back;
  readonly events: FrontEvents;
}

/** How long a worker may take to listen. */
const startLimitMs = 10_000;

/** Starts a worker that listens and asks this thread for answers. @throws LISTEN_FAILED, TOKEN_REQUIRED, WORKER_FAILED */
export async function startWorkerHost(options: WorkerHostOptions): Promise<Front> {
  const { settings, logger } = options;
  let isClosing = false;
  const lives = createRestarts(() => performance.now());
  let timer: NodeJS.Timeout | undefined;
  let current: Running | undefined;
  let place: Place = { url: '', port: settings.port };

  const start = async (): Promise<void> => {
    const running = startWorker({ ...options, settings: { ...settings, port: place.port } });
    current = running;
    place = await running.listening;
    lives.started();
    void running.exited.then(onExit);
  };
  const onExit = (reason: unknown): void => {
    if (isClosing) return;
    const { restarts, delayMs } = lives.died();
    logger.error({ err: reason, restarts, delayMs }, 'the management worker ended');
    timer = setTimeout(() => {
      start().catch(onExit);
    }, delayMs);
    timer.unref();
  };
  await start();

  let closing: Promise<void> | undefined;
  return {
    ...place,
    close() {
      isClosing = true;
      clearTimeout(timer);
      return (closing ??= closeWorker(current, settings.closeTimeoutMs));
    },
  };
}

interface Running {
  readonly worker: Worker;
  readonly listening: Promise<Place>;
  /** Resolves with the reason when the worker is over. */
  readonly exited: Promise<unknown>;
}

function startWorker({ settings, back, events }: WorkerHostOptions): Running {
  const isSource = import.meta.url.endsWith('.ts');
  const worker = new Worker(new URL('./front.worker.ts', import.meta.url), {
    name: 'seaworthy-management',
    workerData: settings,
    // What the application preloads and what its environment holds are not for this thread.
    execArgv: isSource ? ['--conditions=@seaworthy/source'] : [],
    env: {},
    // It makes little garbage; a small nursery saves some megabytes.
    resourceLimits: { maxYoungGenerationSizeMb: 2 },
  });
  let failure: unknown;
  worker.on('error', (error) => (failure = error));
  const exited = new Promise<unknown>((resolve) => {
    worker.once('exit', (code) =>
      resolve(failure ?? new ManagementErrors.WORKER_FAILED({ reason: `exit code ${code}` })),
    );
  });
  const listening = new Promise<Place>((resolve, reject) => {
    const late = setTimeout(() => {
      reject(new ManagementErrors.WORKER_FAILED({ reason: `it did not listen within ${startLimitMs} ms` }));
      void worker.terminate();
    }, startLimitMs);
    const fail = async (): Promise<void> => {
      const reason = await exited;
      clearTimeout(late);
      reject(new ManagementErrors.WORKER_FAILED({ reason: String(reason) }, { cause: reason }));
    };
    void fail();
    const receive = createReceiver(worker, back, events);
    worker.on('message', (message: ToMain) => {
      if (message.kind === 'listening' || message.kind === 'failed') clearTimeout(late);
      if (message.kind === 'listening') resolve(message.place);
      else if (message.kind === 'failed') reject(fromJSON(message.error, ManagementErrors));
      else receive(message);
    });
  });
  return { worker, listening, exited };
}

type Work = Exclude<ToMain, { readonly kind: 'listening' | 'failed' }>;

/** Turns of the loop in which the main thread lets go of inspector sessions that the worker has closed. */
const turnsBeforeEnd = 3;

interface Ongoing {
  readonly gone: AbortController;
  /** Sends the next piece of a stream. */
  more?: () => void;
}

function sender(worker: Worker): (message: ToWorker) => void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread has no origin
  return (message) => worker.postMessage(message);
}

/** Handles what the worker asks for. */
function createReceiver(worker: Worker, back: Back, events: FrontEvents): (message: Work) => void {
  const ongoing = new Map<number, Ongoing>();
  const send = sender(worker);
  const take = async (id: number, call: Parameters<Back['answer']>[0]): Promise<void> => {
    const own: Ongoing = { gone: new AbortController() };
    ongoing.set(id, own);
    send({ kind: 'taken', id });
    const { stream, ...reply } = await back.answer(call, own.gone.signal);
    if (own.gone.signal.aborted) stream?.destroy();
    else {
      send({ kind: 'reply', id, reply, isStream: stream !== undefined });
      if (stream) return sendStream(send, id, stream, own, () => ongoing.delete(id));
    }
    ongoing.delete(id);
  };
  return (message) => {
    if (message.kind === 'closed') void endWorker(send);
    else if (message.kind === 'answered') events.answered(message.event);
    else if (message.kind === 'dump-taken') events.dumpTaken(message.event);
    else if (message.kind === 'more') ongoing.get(message.id)?.more?.();
    else if (message.kind === 'cancel') ongoing.get(message.id)?.gone.abort();
    else if (message.expiresAt > sharedNow()) void take(message.id, message.call);
  };
}

/** A worker that ends while the main thread still holds its end of an inspector session brings the process down. */
async function endWorker(send: (message: ToWorker) => void): Promise<void> {
  for (let turn = 0; turn < turnsBeforeEnd; turn += 1) await nextTurn();
  send({ kind: 'end-worker' });
}

function sendStream(
  send: (message: ToWorker) => void,
  id: number,
  stream: NonNullable<Reply['stream']>,
  own: Ongoing,
  done: () => void,
): void {
  let isWanted = false;
  const flow = (): void => {
    if (!isWanted) return;
    const piece = stream.read() as Uint8Array | null;
    if (piece === null) return;
    isWanted = false;
    send({ kind: 'piece', id, piece });
  };
  own.more = () => {
    isWanted = true;
    flow();
  };
  own.gone.signal.addEventListener('abort', () => stream.destroy(), { once: true });
  stream.on('readable', flow);
  let isComplete = false;
  stream.once('end', () => (isComplete = true));
  stream.once('error', () => undefined);
  stream.once('close', () => {
    done();
    send({ kind: 'end', id, isComplete });
  });
}

async function closeWorker(running: Running | undefined, closeTimeoutMs: number): Promise<void> {
  if (running === undefined) return;
  const { worker, exited } = running;
  sender(worker)({ kind: 'close' });
  // The worker cuts by itself what does not end; this is for a worker that does not even do that.
  const cut = setTimeout(() => void worker.terminate(), closeTimeoutMs + 1_000);
  await exited;
  clearTimeout(cut);
}
