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
  });
  const exited = once(child, 'exit');
  const said: Said[] = [];
  child.on('message', (message) => void said.push(message as Said));
  await Promise.race([once(child, 'message'), exited]);
  const heard = (what: string): readonly unknown[] =>
    said.filter((each) => each.what === what).map(({ value }) => value);
  return {
    url: String(heard('url')[0]),
    heard,
    async close() {
      if (child.connected) child.send('close');
      const [code, signal] = (await exited) as [number | null, string | null];
      if (code === null) throw new Error(`The program was ended by ${signal}.`);
      return code;
    },
  };
}
