import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';

export interface Program {
  readonly child: ChildProcess;
  readonly folder: string;
  /** Everything on standard output and standard error so far. */
  readonly output: () => string;
  readonly exited: Promise<number | null>;
  /** Kills it if it still runs, and removes its folder. */
  readonly end: () => Promise<void>;
}

const main = join(import.meta.dirname, '../../src/main.ts');

/** The server as its own process, in a folder of its own. */
export function runProgram(variables: Readonly<Record<string, string>>, args: readonly string[] = []): Program {
  const folder = mkdtempSync(join(tmpdir(), 'seaworthy-process-'));
  const { PORT: _port, ...inherited } = process.env;
  const child = spawn(process.execPath, ['--conditions=@seaworthy/source', main, ...args], {
    cwd: folder,
    env: { ...inherited, SEAWORTHY_MANAGEMENT_PORT: '0', ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exited = once(child, 'close').then(([code]) => code as number | null);
  const end = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await exited;
    rmSync(folder, { recursive: true, force: true });
  };
  return { child, folder, output: () => output, exited, end };
}

/** The addresses that the log names when the server has started. */
export async function addressesOf({ output }: Program): Promise<{ readonly url: string; readonly management: string }> {
  const found = (): RegExpExecArray | null => /"url":"(http:[^"]+)","management":"(http:[^"]+)"/.exec(output());
  await expect.poll(found, { timeout: 60_000, interval: 20 }).not.toBeNull();
  const [, url, management] = found() as RegExpExecArray;
  return { url: url as string, management: management as string };
}
