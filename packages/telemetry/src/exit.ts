// (1) A program that ends because nothing is left to do exports before it ends.
// (2) A signal that nobody else listens to exports and then ends the process as it would have ended without us.
// (3) When somebody else listens to the signal, ending is theirs: we only export.
// (4) Several telemetries in one process, of one copy of this package or of two, are one listener: the process ends when the
//     last of them has exported.

const signals = ['SIGTERM', 'SIGINT'] as const;

interface Exit {
  readonly finishers: Set<() => Promise<unknown>>;
  /** Takes the listeners off; absent while there are none. */
  undo: (() => void) | undefined;
}

const key: unique symbol = Symbol.for('seaworthy.telemetry.exit.1');

/** Runs `finish` once at the end of the program; the answer undoes it. */
export function atExit(finish: () => Promise<unknown>): () => void {
  const holder = globalThis as { [key]?: Exit };
  const exit = (holder[key] ??= { finishers: new Set(), undo: undefined });
  // One of its own for each call, so that each is undone by itself.
  const own = (): Promise<unknown> => finish();
  exit.finishers.add(own);
  exit.undo ??= listen(exit);
  return () => {
    exit.finishers.delete(own);
    if (exit.finishers.size > 0) return;
    exit.undo?.();
    exit.undo = undefined;
  };
}

function listen({ finishers }: Exit): () => void {
  const finishAll = (): Promise<unknown> => Promise.allSettled([...finishers].map((finish) => finish()));
  const onEnd = (): void => void finishAll();
  const onSignal = (signal: NodeJS.Signals): void => {
    // Ours was taken off before it was called.
    const isAlone = process.listenerCount(signal) === 0;
    void finishAll().finally(() => {
      undo();
      if (isAlone) process.kill(process.pid, signal);
    });
  };
  const undo = (): void => {
    process.off('beforeExit', onEnd);
    for (const signal of signals) process.off(signal, onSignal);
  };
  process.once('beforeExit', onEnd);
  for (const signal of signals) process.once(signal, onSignal);
  return undo;
}
