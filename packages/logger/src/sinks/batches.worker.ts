// The thread of `worker()`: makes the sink or transport of the module, gives it the lines, and says when it is done.
import type { Writable } from 'node:stream';
import { parentPort, workerData } from 'node:worker_threads';
import { endTransport } from '../closing.ts';
import { Dispatcher } from '../dispatcher.ts';
import { LoggerErrors } from '../errors.ts';
import { defaultLevels, nearestName } from '../levels/vocabulary.ts';
import { markInfo } from '../winston-record.ts';
import type { Sink } from './sink.ts';
import { readRecord } from './memory.ts';
import type { Batch, BatchDone, ThreadInput } from './worker.ts';

const { module, options, settings, capBytes, timeoutMs, done } = workerData as ThreadInput;
const { default: make } = (await import(module)) as { default: (options: unknown) => unknown };
const made = await make(options);
const dispatcher = new Dispatcher(isSink(made) ? [made] : [], settings, capBytes, defaultLevels);
if (!isSink(made)) attach(made);

let working: Promise<void> = Promise.resolve();
parentPort?.on('message', (message: Batch | 'close') => {
  working = working.then(() => (message === 'close' ? end() : take(message)));
});

async function take({ lines, severities }: Batch): Promise<void> {
  for (const [index, line] of lines.entries()) {
    const severity = severities[index] ?? 30;
    const level = { name: nearestName({ name: '', severity }), severity };
    const text = line.trimEnd();
    if (dispatcher.lanes.length > 0) {
      dispatcher.deliverInfo(markInfo({ ...readRecord(text) }, level, text), line.length, level, true);
    }
    dispatcher.deliver(`${text}\n`, level);
  }
  await settle();
  const { sinks, sinkFailures } = dispatcher.stats();
  const dropped = sinks.reduce((sum, each) => sum + each.dropped, 0);
  const failures = sinks.reduce((sum, each) => sum + each.failures, sinkFailures);
  Atomics.store(done, 0, 1);
  Atomics.notify(done, 0);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort?.postMessage({ dropped, failures } satisfies BatchDone);
}

async function settle(): Promise<void> {
  await within((signal) => dispatcher.flush(signal));
}

async function end(): Promise<void> {
  await settle();
  const transports = dispatcher.lanes.map(({ transport }) => transport);
  await within(async (signal) => void (await Promise.all(transports.map((each) => endTransport(each, signal)))));
  dispatcher.close();
  Atomics.store(done, 0, 2);
  Atomics.notify(done, 0);
  parentPort?.close();
}

async function within(task: (signal: AbortSignal) => Promise<void>): Promise<void> {
  try {
    await task(AbortSignal.timeout(timeoutMs));
  } catch {
    // It is slow. It goes on with what it has, within its own limit, and its counts tell what it gives up.
  }
}

function attach(transport: unknown): void {
  if (typeof (transport as Writable | undefined)?.write !== 'function') {
    throw new LoggerErrors.WORKER_MODULE({ module });
  }
  const stream = transport as Writable;
  dispatcher.addLane(stream);
  stream.emit('pipe', { levels: defaultLevels.numbers, level: 'trace' });
  // One that nobody handles would end the thread.
  stream.on('error', (error) => dispatcher.lanes[0]?.fail(error));
}

function isSink(value: unknown): value is Sink {
  const { severity, open } = (value ?? {}) as Partial<Sink>;
  return typeof severity === 'number' && typeof open === 'function';
}
