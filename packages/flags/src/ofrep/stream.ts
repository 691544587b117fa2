import type { FlagsChanged } from '../events.ts';

// (1) A stream ends when its reader goes away, when the request is aborted and when the flags are closed.
// (2) A reader that does not read is not written to: the buffer holds 16 events at most, and one of them is enough to look again.

export interface StreamOptions {
  readonly heartbeatMs: number;
  /** Tells changes until it is called off. */
  readonly onChange: (listener: (change: FlagsChanged) => void) => () => void;
  /** Aborts when the flags are closed. */
  readonly closed: AbortSignal;
}

/** A server-sent event stream that tells readers to evaluate again (OFREP, ADR 8). */
export function eventStream(
  request: Request,
  { heartbeatMs, onChange, closed }: StreamOptions,
  onEnd: () => void,
): Response {
  const over = AbortSignal.any([request.signal, closed]);
  let stop = (): void => {};
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const encoder = new TextEncoder();
        const send = (text: string): void => {
          if ((controller.desiredSize ?? 0) > 0) controller.enqueue(encoder.encode(text));
        };
        const undo = onChange(({ version }) => send(eventText(version)));
        const heartbeat = setInterval(() => send(':\n\n'), heartbeatMs).unref();
        let isOver = false;
        const end = (): void => {
          if (isOver) return;
          isOver = true;
          undo();
          clearInterval(heartbeat);
          over.removeEventListener('abort', close);
          onEnd();
        };
        const close = (): void => {
          end();
          controller.close();
        };
        stop = end;
        over.addEventListener('abort', close);
        send('retry: 1000\n\n');
        if (over.aborted) close();
      },
      cancel: () => stop(),
    },
    { highWaterMark: 16 },
  );
  return new Response(body, {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
  });
}

function eventText(version: number): string {
  return `id: ${version}\ndata: ${JSON.stringify({ type: 'refetchEvaluation' })}\n\n`;
}
