import type { Io } from '../../src/io.ts';
import { plain } from '../../src/reporters/reporter.ts';

export interface FakeIo extends Io {
  /** All that was written to standard output. */
  out(): string;
  /** All that was written to standard error. */
  err(): string;
}

/** Streams that are arrays, and no signals. */
export function fakeIo(parts: Partial<Io> & Pick<Io, 'cwd'>): FakeIo {
  const out: string[] = [];
  const err: string[] = [];
  return {
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text) },
    stdin: bytesOf(''),
    variables: {},
    paint: plain,
    hasColour: false,
    locale: 'en',
    isScreen: false,
    isInteractive: false,
    signals: [],
    exit: () => {},
    out: () => out.join(''),
    err: () => err.join(''),
    ...parts,
  };
}

/** A standard input that holds this text. */
export async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}
