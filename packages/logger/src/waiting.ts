/** Resolves when somebody calls the listener that it adds, or rejects with the signal's reason. */
export async function whenSettled(listeners: Set<() => void>, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const settle = (): void => {
      listeners.delete(settle);
      signal.removeEventListener('abort', settle);
      if (signal.aborted) reject(signal.reason as Error);
      else resolve();
    };
    listeners.add(settle);
    if (signal.aborted) settle();
    else signal.addEventListener('abort', settle);
  });
}
