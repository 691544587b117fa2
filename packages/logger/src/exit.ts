// (1) Once the process exits, every write is synchronous: no turn comes after it.
// (2) One listener serves all sinks, and it is there from the first sink on.

/** Something with records that are not written yet. */
export interface Unwritten {
  flushSync(): void;
}

const unwritten = new Set<Unwritten>();
let isListening = false;
let exiting = false;

/** True from the `exit` event on. */
export function isExiting(): boolean {
  return exiting;
}

/** Makes sure that what is kept back is written when the process exits. */
export function watchExit(): void {
  if (isListening) return;
  isListening = true;
  process.on('exit', () => {
    exiting = true;
    for (const each of unwritten) each.flushSync();
  });
}

/** Names something that has records to write at exit. */
export function addUnwritten(each: Unwritten): void {
  unwritten.add(each);
}

export function removeUnwritten(each: Unwritten): void {
  unwritten.delete(each);
}
