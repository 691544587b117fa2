// (1) A span that ends never waits: it goes into a queue of bounded length, or is counted as dropped.
// (2) One batch is on its way at a time; a slow collector fills the queue and nothing else.
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';

export interface SpanQueueOptions {
  readonly send: (spans: readonly ReadableSpan[]) => Promise<unknown>;
  readonly onFull: (spans: number) => void;
  /** Spans that may wait. @default 2048 */
  readonly size?: number;
  /** Spans sent at once. @default 512 */
  readonly batch?: number;
  /** How long a span waits for company, in milliseconds. @default 5000 */
  readonly delayMs?: number;
}

export function createSpanQueue(options: SpanQueueOptions): SpanProcessor {
  const { send, onFull, size = 2_048, batch = 512, delayMs = 5_000 } = options;
  let waiting: ReadableSpan[] = [];
  let timer: NodeJS.Timeout | undefined;
  let sending: Promise<void> | undefined;
  let isClosed = false;

  async function drain(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    while (waiting.length > 0) {
      const spans = waiting.splice(0, batch);
      // What cannot be sent is counted by who sends.
      await send(spans).catch(() => undefined);
    }
  }
  function start(): Promise<void> {
    sending ??= drain().finally(() => {
      sending = undefined;
    });
    return sending;
  }
  async function flush(): Promise<void> {
    // What is on its way may have begun before the last spans came.
    await sending;
    await start();
  }
  return {
    onStart: () => undefined,
    onEnd: (span) => {
      if (isClosed || (span.spanContext().traceFlags & 1) === 0) return;
      if (waiting.length >= size) {
        onFull(1);
        return;
      }
      waiting.push(span);
      if (waiting.length >= batch) void start();
      else timer ??= setTimeout(() => void start(), delayMs).unref();
    },
    forceFlush: flush,
    shutdown: async () => {
      isClosed = true;
      await flush();
      waiting = [];
    },
  };
}
