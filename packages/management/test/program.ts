import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { ManagementOptions } from '../src/index.ts';
import { token } from './client.ts';

/** A program of its own whose dumps are small. */
export interface Program {
  readonly url: string;
  /** Events and log messages so far. */
  readonly heard: (what: 'dump' | 'log') => readonly unknown[];
  /** Closes the server and waits for the end of the process; answers its exit code. */
  readonly close: () => Promise<number>;
}

interface Said {
  readonly what: string;
  readonly value: unknown;
}

/** Starts it; `ballast` objects make its heap larger. */
export async function launch(owner: string, options: ManagementOptions, ballast = 0): Promise<Program> {
  const path = join(import.meta.dirname, 'fixtures', 'dumped.ts');
  const child = fork(path, [token, owner, JSON.stringify(options), String(ballast)], {
    execArgv: ['--conditions=@seaworthy/source'],
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  });
  const exited = once(child, 'exit');
  let complaint = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  const said: Said[] = [];
  child.on('message', (message) => void said.push(message as Said));
  await Promise.race([once(child, 'message'), exited]);
  const heard = (what: string): readonly unknown[] =>
    said.filter((each) => each.what === what).map(({ value }) => value);
  const close = async (): Promise<number> => {
    const isEarly = child.exitCode !== null || child.signalCode !== null;
    if (child.connected) child.send('close', () => undefined);
    const [code, signal] = (await exited) as [number | null, string | null];
    if (code === null || isEarly) throw new Error(`The program was ended by ${signal ?? code}: ${complaint}`);
    return code;
  };
  let closing: Promise<number> | undefined;
  return { url: String(heard('url')[0]), heard, close: () => (closing ??= close()) };
}
