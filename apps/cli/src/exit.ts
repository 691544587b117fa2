/** npm forwards a Ctrl-C that its child had from the terminal already. */
const samePressMs = 100;

export interface ExitOptions {
  readonly exit: (code: number) => void;
  /** Signals that end the process at once when it is about to end. */
  readonly signals: readonly string[];
  /** What delivers them. @default process */
  readonly host?: { on(signal: string, listener: () => void): unknown };
}

/** The first call lets the command end by itself, with its message; a second one or a signal, or too long a wait, ends the process. */
export function createExit({
  exit,
  signals,
  host = process,
}: ExitOptions): (code: number, lastWordsMs: number) => void {
  let isEnding = false;
  return (code, lastWordsMs) => {
    if (isEnding || lastWordsMs === 0) return exit(code);
    isEnding = true;
    setTimeout(exit, lastWordsMs, code);
    let isSamePress = true;
    afterSignals(samePressMs, () => (isSamePress = false));
    // The lifecycle listens no more: without a listener the second half of a key press would end the process.
    for (const signal of signals) host.on(signal, () => isSamePress || exit(code));
  };
}

/** When the time is over and signals of that time have been heard: after a long computation timers come first. */
function afterSignals(ms: number, then: () => void): void {
  setTimeout(() => setImmediate(() => setImmediate(then)), ms);
}
