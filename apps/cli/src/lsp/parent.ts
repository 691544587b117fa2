export interface ParentOptions {
  /** How often it is looked for, in milliseconds. @default 3_000 */
  readonly everyMs?: number;
  /** @default asks the system */
  readonly isAlive?: (id: number) => boolean;
}

/** Tells, once, when the process that started the server is gone; returns the undo. */
export function watchParent(
  id: number,
  onGone: () => void,
  { everyMs = 3_000, isAlive = exists }: ParentOptions = {},
): () => void {
  const timer = setInterval(() => {
    if (isAlive(id)) return;
    clearInterval(timer);
    onGone();
  }, everyMs);
  return () => clearInterval(timer);
}

/** A process that we may not signal is there all the same. */
function exists(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
