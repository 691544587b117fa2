// What the parser keeps of a file lies outside of the heap, takes eight times the memory of the text, and goes when its handle does.
// V8 sees only the handle, so it sees no reason to look for handles that nobody holds: it is told when there are many.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** So many bytes of text leave enough behind that looking for it pays. */
const bytesForSweep = 3 * 1024 * 1024;

/** Counts what has been parsed in this thread, and lets the memory of what is done with go from time to time. */
export function createSweep(): (bytes: number) => void {
  let since = 0;
  let collect: (() => void) | undefined;
  return (bytes) => {
    since += bytes;
    if (since < bytesForSweep) return;
    since = 0;
    collect ??= exposedCollector();
    collect();
  };
}

/** Nothing but memory depends on it: where there is none, nothing is collected. */
function exposedCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const gc: unknown = runInNewContext('globalThis.gc');
  // Nobody else of this process is given one.
  setFlagsFromString('--no-expose-gc');
  return typeof gc === 'function' ? () => void gc() : () => {};
}
