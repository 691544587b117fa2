// (1) A program that ends because nothing is left to do exports before it ends.
// (2) A signal that nobody else listens to exports and then ends the process as it would have ended without us.
// (3) When somebody else listens to the signal, ending is theirs: we only export.

const signals = ['SIGTERM', 'SIGINT'] as const;

/** Runs `finish` once at the end of the program; the answer undoes it. */
export function atExit(finish: () => Promise<unknown>): () => void {
  const onEnd = (): void => void finish();
  const onSignal = (signal: NodeJS.Signals): void => {
    // Ours was taken off before it was called.
    const isAlone = process.listenerCount(signal) === 0;
    void finish().finally(() => {
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
