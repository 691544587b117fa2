import { spawn } from 'node:child_process';
import { end, keep } from './children.ts';

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Ends the program after this long. @default 600000 */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Written to the program's standard input, which is otherwise empty. */
  readonly input?: string;
}

export interface RunResult {
  /** The exit code; 128 and up when a signal ended the program or it could not be started. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Both streams in the order they came. */
  readonly output: string;
}

/** Runs a program to its end and always answers: a program that fails, hangs or is missing is a result, not an exception. */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const { cwd, env = process.env, timeoutMs = 600_000, signal, input = '' } = options;
  const child = spawn(command, [...args], { cwd, env, windowsHide: true });
  keep(child);
  const text = { stdout: '', stderr: '', output: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      text[name] += chunk;
      text.output += chunk;
    });
  }
  const stop = (): void => end(child);
  const deadline = setTimeout(() => {
    text.output += `${command} was stopped after ${timeoutMs} ms.\n`;
    stop();
  }, timeoutMs);
  if (signal?.aborted === true) stop();
  signal?.addEventListener('abort', stop, { once: true });
  // A program that ends before it has read its input is not an error of ours.
  child.stdin.on('error', () => {}).end(input);
  return new Promise((resolve) => {
    child.once('error', (error) => (text.output += `${command} could not be started: ${error.message}\n`));
    child.once('close', (code) => {
      clearTimeout(deadline);
      signal?.removeEventListener('abort', stop);
      // A program that could not be started has a negative code of the system's.
      resolve({ code: code === null || code < 0 ? 128 : code, ...text });
    });
  });
}
