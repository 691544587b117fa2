import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Run {
  readonly ms: number;
  /** The most memory that the process held at a time, in bytes. */
  readonly peakBytes: number;
  readonly code: number | null;
}

const peak = new URL('peak.mjs', import.meta.url);

/** Runs a program to its end, as a user would, with nothing of this process in its environment. */
export function runProgram(args: readonly string[], directory: string, variables: NodeJS.ProcessEnv = {}): Run {
  const startedAt = performance.now();
  const { status, output } = spawnSync(process.execPath, [`--import=${peak.href}`, ...args], {
    cwd: directory,
    env: { PATH: process.env['PATH'], HOME: directory, ...variables },
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
  });
  const ms = performance.now() - startedAt;
  if (status === null || status > 1) throw new Error(`${args.join(' ')} ended with ${status}: ${output[2]}`);
  return { ms, peakBytes: Number(output[3]) * 1024, code: status };
}

export const commandLine: string = fileURLToPath(new URL('../dist/main.js', import.meta.url));
