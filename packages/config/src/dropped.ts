// (1) A promise that foreign code makes while it is asked is caught, whether anybody waits for it or not.
// (2) Nothing is watched when nobody is asked.
import type { AsyncHook, AsyncLocalStorage } from 'node:async_hooks';
import { node } from './node.ts';

/** Those who are being asked share one hook: it slows down every promise of the process. */
interface Watch {
  readonly asked: AsyncLocalStorage<true>;
  readonly hook: AsyncHook;
}

let watch: Watch | undefined;
let asking = 0;
let fresh: Promise<unknown>[] = [];
let isCatching = false;

/**
 * Asks foreign code that may drop promises. Two asynchronous checks of zod run side by side: when the first rejects, or
 * something throws meanwhile, zod leaves the others alone, and when one of them rejects too, Node would end the process.
 */
export async function withDropped<T>(ask: () => T | Promise<T>): Promise<T> {
  const { asked, hook } = (watch ??= createWatch());
  if ((asking += 1) === 1) hook.enable();
  try {
    return await asked.run(true, ask);
  } finally {
    if ((asking -= 1) === 0) hook.disable();
    catchFresh();
  }
}

function createWatch(): Watch {
  const { AsyncLocalStorage: Storage, createHook } = node.asyncHooks;
  const asked = new Storage<true>();
  const init = (_id: number, type: string, _trigger: number, made: object): void => {
    if (type !== 'PROMISE' || isCatching || asked.getStore() !== true || !(made instanceof Promise)) return;
    // A promise that is just being made cannot be waited for yet.
    if (fresh.push(made) === 1) queueMicrotask(catchFresh);
  };
  return { asked, hook: createHook({ init }) };
}

/** Before the turn is over: a rejection that nobody has caught by then ends the process. */
function catchFresh(): void {
  const made = fresh;
  fresh = [];
  isCatching = true;
  for (const promise of made) promise.then(undefined, ignore);
  isCatching = false;
}

function ignore(): void {}
