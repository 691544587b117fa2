import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const condition = '--conditions=@seaworthy/source';

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface StartOptions {
  readonly variables?: NodeJS.ProcessEnv;
  /** A file descriptor that standard output goes to. @default 'pipe' */
  readonly stdout?: number | 'pipe';
}

/** Starts a program of this package from source, by its path from the package. */
export function start(
  program: string,
  args: readonly string[],
  cwd: string,
  { variables = {}, stdout = 'pipe' }: StartOptions = {},
): ChildProcess {
  const path = fileURLToPath(new URL(`../../${program}`, import.meta.url));
  const env = {
    ...process.env,
    NODE_ENV: undefined,
    NODE_OPTIONS: undefined,
    NODE_NO_WARNINGS: '1',
    LC_ALL: 'C',
    ...variables,
  };
  const child = spawn(process.execPath, [condition, path, ...args], { cwd, env, stdio: ['pipe', stdout, 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** What a program has printed when it ends, and its exit code. */
export function ended(child: ChildProcess): Promise<Ended> {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => err.push(chunk));
  return new Promise((resolve) => {
    child.on('close', (code) =>
      resolve({ code, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() }),
    );
  });
}

/** Runs `seaworthy` to its end. */
export function seaworthy(args: readonly string[], cwd: string, options?: StartOptions): Promise<Ended> {
  return ended(start('src/main.ts', args, cwd, options));
}
