// (1) A call that the main thread has not begun in time is answered here, and is never begun later: it carries the moment
//     after which it is void.
// (2) Pieces of a stream are asked for one by one, so that a slow client fills no memory.
// (3) When a client goes away, the main thread is told to stop.
import { Readable } from 'node:stream';
import type { Back, Call, Reply } from './call.ts';
import { renderStuckHealth } from './endpoints/health.ts';
import { ManagementErrors } from './errors.ts';
import { render, renderProblem } from './respond.ts';
import { sharedNow, type ToMain, type ToWorker } from './wire.ts';

/** A back in the main thread, seen from the worker. */
export interface RemoteBack extends Back {
  readonly receive: (message: Exclude<ToWorker, { readonly kind: 'close' | 'end-worker' }>) => void;
}

/** Probes wait for a second by default; who asks for the health of a stuck thread should know before. */
const longestHealthMs = 900;
const longestLoopMs = 150;

interface Waiting {
  readonly taken: () => void;
  readonly reply: (reply: Reply, isStream: boolean) => void;
  stream?: Readable;
}

export function createRemoteBack(tell: (message: ToMain) => void, timeoutMs: number): RemoteBack {
  const waiting = new Map<number, Waiting>();
  let last = 0;

  const answer = (call: Call, gone: AbortSignal): Promise<Reply> =>
    new Promise((resolve) => {
      const id = (last += 1);
      const limitMs = limitOf(call, timeoutMs);
      const cancel = (): void => {
        waiting.delete(id);
        tell({ kind: 'cancel', id });
      };
      const giveUp = (waitedMs: number): void => {
        gone.removeEventListener('abort', leave);
        cancel();
        resolve(renderStuck(call, waitedMs));
      };
      const leave = (): void => {
        clearTimeout(timer);
        const { stream } = waiting.get(id) ?? {};
        cancel();
        stream?.destroy();
        resolve(renderStuck(call, limitMs));
      };
      let timer = setTimeout(() => giveUp(limitMs), limitMs);
      gone.addEventListener('abort', leave, { once: true });
      const entry: Waiting = {
        // Contributors have their own time limit; this one is for a thread that gets stuck on the way.
        taken() {
          clearTimeout(timer);
          timer = setTimeout(() => giveUp(timeoutMs * 3), timeoutMs * 3);
        },
        reply(reply, isStream) {
          clearTimeout(timer);
          if (!isStream) {
            gone.removeEventListener('abort', leave);
            waiting.delete(id);
            resolve(reply);
            return;
          }
          entry.stream = new Readable({ read: () => tell({ kind: 'more', id }) });
          entry.stream.once('close', () => {
            gone.removeEventListener('abort', leave);
            if (waiting.has(id)) cancel();
          });
          resolve({ ...reply, stream: entry.stream });
        },
      };
      waiting.set(id, entry);
      tell({ kind: 'call', id, call, expiresAt: sharedNow() + limitMs });
    });

  return {
    answer,
    receive(message) {
      const entry = waiting.get(message.id);
      if (message.kind === 'taken') entry?.taken();
      else if (message.kind === 'reply') entry?.reply(message.reply, message.isStream);
      else if (message.kind === 'piece') entry?.stream?.push(message.piece);
      else {
        waiting.delete(message.id);
        if (message.isComplete) entry?.stream?.push(null);
        else entry?.stream?.destroy(new ManagementErrors.CONTRIBUTOR_FAILED({ endpoint: 'diagnostics' }));
      }
    },
  };
}

function limitOf({ endpoint, path }: Call, timeoutMs: number): number {
  if (isHealth(endpoint)) return Math.min(timeoutMs, longestHealthMs);
  return endpoint === 'diagnostics' && path[0] === 'eventloop' ? Math.min(timeoutMs, longestLoopMs) : timeoutMs;
}

function isHealth(endpoint: string): boolean {
  return endpoint === 'health' || endpoint === 'ready';
}

/** What can be said of a main thread that does not answer. */
function renderStuck(call: Call, waitedMs: number): Reply {
  const { endpoint, path, accept, pathname, method, isTrusted } = call;
  const isRead = method === 'GET' || method === 'HEAD';
  if (isRead && isHealth(endpoint)) return renderStuckHealth(call, waitedMs);
  if (isRead && isTrusted && endpoint === 'diagnostics' && path[0] === 'eventloop') {
    return render('diagnostics', { body: { status: 'STUCK', waitedMs } }, accept);
  }
  // Values need the token before anything is said of them; `/info` is open to everyone.
  if (!isTrusted && !(isRead && endpoint === 'info'))
    return renderProblem(new ManagementErrors.UNAUTHENTICATED(), pathname, { accept });
  return renderProblem(new ManagementErrors.MAIN_THREAD_STUCK({ waitedMs }), pathname, { accept });
}
