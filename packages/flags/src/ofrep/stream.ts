import type { FlagsChanged } from '../events.ts';

// (1) A stream ends when its reader goes away, when the request is aborted and when the flags are closed.
// (2) Whoever missed a change is told at once: a reader that comes back with the id of another version, and one that comes for the
//     first time just after a change, which its flags may be older than.
// (3) A reader that does not read is not written to: the buffer holds 16 events at most, and one of them is enough to look again.

export interface StreamOptions {
  readonly heartbeatMs: number;
  /** Of the flags in use: another id means other flags, also after a restart and behind a balancer. */
  readonly currentId: () => string;
  /** Whether the flags changed so lately that a reader may have asked for them before. */
  readonly isFresh: () => boolean;
  /** Tells changes until it is called off. */
  readonly onChange: (listener: (change: FlagsChanged) => void) => () => void;
  /** Aborts when the flags are closed. */
  readonly closed: AbortSignal;
}

/** A server-sent event stream that tells readers to evaluate again (OFREP, ADR 8). */
export function eventStream(
  request: Request,
  { heartbeatMs, currentId, isFresh, onChange, closed }: StreamOptions,
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
        const undo = onChange(() => send(eventText(currentId())));
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
        const seen = request.headers.get('last-event-id') ?? '';
        const hasMissed = seen === '' ? isFresh() : seen !== currentId();
        send(`retry: 1000\n${hasMissed ? eventText(currentId()) : `id: ${currentId()}\n\n`}`);
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

function eventText(id: string): string {
  return `id: ${id}\ndata: ${JSON.stringify({ type: 'refetchEvaluation' })}\n\n`;
}
