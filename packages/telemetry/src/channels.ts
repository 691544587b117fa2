import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/** Turns what another package publishes on a `node:diagnostics_channel` into measurements. */
export interface ChannelMetric {
  /** For example `seaworthy:lifecycle:step-stopped`. */
  readonly channel: string;
  /** Called with each message; what it throws goes to `onError`, and what that throws nowhere: never to the publisher. */
  readonly measure: (message: unknown) => void;
}

/** Subscribes to all; the answer undoes it. */
export function bridge(metrics: readonly ChannelMetric[], onError: (error: unknown) => void): () => void {
  const listeners = metrics.map(({ channel, measure }) => {
    // Node turns an exception in a subscriber into an uncaught one, and the process dies.
    const listener = (message: unknown): void => {
      try {
        measure(message);
      } catch (error) {
        tell(onError, error);
      }
    };
    subscribe(channel, listener);
    return { channel, listener };
  });
  return () => {
    for (const { channel, listener } of listeners) unsubscribe(channel, listener);
  };
}

function tell(onError: (error: unknown) => void, error: unknown): void {
  try {
    onError(error);
  } catch {
    return;
  }
}
