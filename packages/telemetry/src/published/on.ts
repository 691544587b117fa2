import type { ChannelMetric } from '../channels.ts';

/** A measurement of one channel. What is published there is what `measure` asks for: the types of the contracts hold that. */
export function on(channel: string, measure: (event: never) => void): ChannelMetric {
  return { channel, measure: (message) => measure(message as never) };
}
