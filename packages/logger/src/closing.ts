import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import type { Writable } from 'node:stream';
import type { Recorder } from './record.ts';
import { whenSettled } from './waiting.ts';
import type { FlushOptions, FlushReport, LoggerStats } from './types.ts';

/** Waits until everything is written, or time runs out. */
export function flushFamily(recorder: Recorder, options: FlushOptions = {}): Promise<FlushReport> {
  return withDeadline(recorder, options, (signal) => recorder.dispatcher.flush(signal));
}

/** Flushes, ends the transports that nobody else uses, and closes the sinks. */
export async function closeFamily(
  recorder: Recorder,
  options: FlushOptions,
  isOnlyUser: (transport: Writable) => boolean,
): Promise<FlushReport> {
  const { dispatcher } = recorder;
  const { outcome } = await withDeadline(recorder, options, async (signal) => {
    await dispatcher.flush(signal);
    const transports = dispatcher.lanes.map(({ transport }) => transport);
    await Promise.all(transports.filter(isOnlyUser).map((transport) => endTransport(transport, signal)));
  });
  dispatcher.close();
  return { outcome, stats: statsOf(recorder) };
}

/** Adds up what a family has done. */
export function statsOf(recorder: Recorder): LoggerStats {
  const { sinks, sinkFailures, lost } = recorder.dispatcher.stats();
  const dropped = sinks.reduce((sum, sink) => sum + sink.dropped, lost);
  return { records: recorder.records, dropped, failures: recorder.failures + sinkFailures, sinks };
}

// A longer time is taken as this: a timer that is set beyond it fires at once.
const longestMs = 2 ** 31 - 1;

async function withDeadline(
  recorder: Recorder,
  { timeoutMs = 5000, signal }: FlushOptions,
  task: (signal: AbortSignal) => Promise<void>,
): Promise<FlushReport> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), Math.min(timeoutMs, longestMs));
  const stop = signal ? AbortSignal.any([signal, deadline.signal]) : deadline.signal;
  try {
    // A sink of the application, or a transport, may know nothing of the signal.
    await Promise.race([task(stop), whenSettled(new Set(), stop)]);
    return { outcome: 'done', stats: statsOf(recorder) };
  } catch {
    // Only the signal makes a flush fail; what was lost stands in the counts.
    return { outcome: 'timeout', stats: statsOf(recorder) };
  } finally {
    clearTimeout(timer);
  }
}

/** Ends a transport and waits until it has written what it holds. */
export async function endTransport(transport: Writable, signal: AbortSignal): Promise<void> {
  if (transport.destroyed || transport.writableFinished) return;
  const ended = finished(transport, { signal, readable: false });
  try {
    transport.end();
    await ended;
    await fileComplete(transport, signal);
  } catch (error) {
    ended.catch(() => {
      // Nobody waits for it any more: the transport threw when it was told to end.
    });
    // A transport that breaks when it ends has been counted; only the time can run out.
    if (signal.aborted) throw error;
  }
}

// winston-daily-rotate-file says that it has finished as soon as it has handed on its last record, and once more, after
// `close`, when its file is complete.
async function fileComplete(transport: Writable, signal: AbortSignal): Promise<void> {
  const { logStream, close } = transport as { logStream?: unknown; close?: unknown };
  if (typeof logStream !== 'object' || typeof close !== 'function') return;
  const complete = once(transport, 'finish', { signal });
  Reflect.apply(close, transport, []);
  await complete;
}
