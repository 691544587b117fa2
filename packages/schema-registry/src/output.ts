type Stream = Pick<NodeJS.WriteStream, 'on' | 'write' | 'writable'>;

interface OutputOptions {
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly exit: (code: number) => void;
}

/**
 * Watches the streams of a command. A reader such as `head` may close a pipe before the end, which is its right and no
 * error; a full disk is one, and ends with 3.
 */
export function createOutput({ stdout, stderr, exit }: OutputOptions): { written(): Promise<void> } {
  for (const stream of [stdout, stderr]) {
    stream.on('error', ({ code = 'unknown' }: NodeJS.ErrnoException) => {
      if (code === 'EPIPE') return;
      if (stream !== stderr) stderr.write(`The output could not be written (${code}). Check where it goes.\n`);
      exit(3);
    });
  }
  return {
    written: async () => {
      await Promise.all([stdout, stderr].map(written));
    },
  };
}

/** Resolves when everything so far has left the process, or never will. */
function written(stream: Stream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.writable) stream.write('', () => resolve());
    else resolve();
  });
}
