import { isThenable } from './deadline.ts';

/** Runs a callback that nobody waits for; an exception or a rejection goes to `onFailure`. */
export function isolate(task: () => unknown, onFailure: (error: unknown) => void): void {
  try {
    const answer = task();
    if (isThenable(answer)) answer.then(undefined, onFailure);
  } catch (error) {
    onFailure(error);
  }
}

/** The text of anything thrown. */
export function messageOf(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error);
  } catch {
    return 'a value that cannot be printed';
  }
}

/** The same, for a sentence that goes on after it. */
export function detailOf(error: unknown): string {
  return messageOf(error).replace(/\.$/, '');
}
