// (1) Once the process exits, every write is synchronous: no turn comes after it.
// (2) One listener serves all sinks, and it is there from the first sink on.
// (3) What one of them throws keeps none of the others from writing.
// (4) All of them together stand still for a bounded time, however many records still come.
import { writeSync } from 'node:fs';

/** Something with records that are not written yet. */
export interface Unwritten {
  flushSync(): void;
}

const patienceMs = 5000;
const busyRetryMs = 5;
const errorPatienceMs = 100;

const unwritten = new Set<Unwritten>();
let isListening = false;
let exiting = false;
let deadline = Infinity;

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
    deadline = performance.now() + patienceMs;
    for (const each of unwritten) {
      try {
        each.flushSync();
      } catch {
        // The process ends; whoever threw has written what it could.
      }
    }
  });
}

/** Names something that has records to write at exit. */
export function addUnwritten(each: Unwritten): void {
  unwritten.add(each);
}

export function removeUnwritten(each: Unwritten): void {
  unwritten.delete(each);
}

/** Stands still for a moment at exit, where nothing else can wait; false when there is no time left. */
export function waitAtExit(): boolean {
  if (performance.now() > deadline) return false;
  standStill();
  return true;
}

/** The last resort for records that must not vanish: standard error, as far as it takes them. */
export function writeToStderr(text: string): void {
  let bytes = Buffer.from(text);
  const giveUpAt = performance.now() + errorPatienceMs;
  while (bytes.length > 0) {
    try {
      bytes = bytes.subarray(writeSync(2, bytes));
    } catch (error) {
      // Standard error is gone as well; the records are counted, and there is nowhere left to write.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || performance.now() > giveUpAt) return;
      standStill();
    }
  }
}

function standStill(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, busyRetryMs);
}
