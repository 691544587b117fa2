import { finished } from 'node:stream/promises';
import type { Writable } from 'node:stream';
import type { Recorder } from './record.ts';
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
  const { sinks, sinkFailures } = recorder.dispatcher.stats();
  const dropped = sinks.reduce((sum, sink) => sum + sink.dropped, 0);
  return { records: recorder.records, dropped, failures: recorder.failures + sinkFailures, sinks };
}

async function withDeadline(
  recorder: Recorder,
  { timeoutMs = 5000, signal }: FlushOptions,
  task: (signal: AbortSignal) => Promise<void>,
): Promise<FlushReport> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), timeoutMs);
  const stop = signal ? AbortSignal.any([signal, deadline.signal]) : deadline.signal;
  try {
    await task(stop);
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
  transport.end();
  await finished(transport, { signal, readable: false });
}
