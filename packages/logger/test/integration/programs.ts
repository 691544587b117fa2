import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

type Program = ChildProcessByStdio<null, Readable, Readable>;

/** Starts a program of the fixtures, from source. */
export function start(fixture: string, args: readonly string[]): Program {
  const path = fileURLToPath(new URL(`../fixtures/${fixture}.ts`, import.meta.url));
  const flags = ['--conditions=@seaworthy/source', '--disable-warning=ExperimentalWarning'];
  const env = { ...process.env, LOG_LEVEL: '', NODE_OPTIONS: '' };
  return spawn(process.execPath, [...flags, path, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env });
}

export interface Finished {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
  readonly signal: string | null;
}

/** Reads a program to its end. */
export async function finish(program: Program): Promise<Finished> {
  const exit = once(program, 'close');
  const [stdout, stderr] = await Promise.all([text(program.stdout), text(program.stderr)]);
  const [code, signal] = (await exit) as [number | null, string | null];
  return { stdout, stderr, code, signal };
}

/** The `index` of every record; a line that is not a whole record throws. */
export function indexesOf(lines: string): unknown[] {
  const all = lines.split('\n');
  if (all.pop() !== '') throw new TypeError('The last line is cut off.');
  return all.map((line) => (JSON.parse(line) as { index?: unknown }).index);
}
