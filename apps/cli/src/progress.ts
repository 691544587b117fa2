import type { Io } from './io.ts';

const quietMs = 300;

export interface Progress {
  /** Shows a line, once the work has taken long enough to wonder. */
  readonly show: (line: string) => void;
  /** Takes the line away. */
  readonly clear: () => void;
}

/** Says on a terminal what a long command is doing; silent elsewhere. */
export function createProgress(
  io: Pick<Io, 'stderr' | 'isInteractive'>,
  now: () => number = () => performance.now(),
): Progress {
  const startedAt = now();
  let isShown = false;
  return {
    show(line) {
      if (!io.isInteractive || now() - startedAt < quietMs) return;
      isShown = true;
      io.stderr.write(`\r\u001b[K${line}`);
    },
    clear() {
      if (isShown) io.stderr.write('\r\u001b[K');
      isShown = false;
    },
  };
}
