import { spawn } from 'node:child_process';
import { CliErrors } from './errors.ts';
import type { Io } from './io.ts';

export interface NpmOptions {
  readonly cwd: string;
  /** How long npm may take. @default 300_000 */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Runs npm with the settings of the user and answers what it has printed; what it says besides goes to standard error.
 *
 * @throws NPM_FAILED, NPM_MISSING; the signal's reason
 */
export async function runNpm(args: readonly string[], io: Io, options: NpmOptions): Promise<string> {
  const { cwd, timeoutMs = 300_000, signal } = options;
  const deadline = AbortSignal.timeout(timeoutMs);
  const stop = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
  const [program, first] = programOf(io.variables);
  const child = spawn(program, [...first, ...args], {
    cwd,
    env: { ...io.variables, npm_config_update_notifier: 'false', npm_config_fund: 'false' },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: stop,
  });
  const out: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => void io.stderr.write(chunk.toString()));
  const command = args[0] ?? '';
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    if (code === 0) return Buffer.concat(out).toString();
    throw new CliErrors.NPM_FAILED({ command, reason: `it ended with ${code}.` });
  } catch (error) {
    signal?.throwIfAborted();
    if (CliErrors.NPM_FAILED.is(error)) throw error;
    if (deadline.aborted) throw new CliErrors.NPM_FAILED({ command, reason: `it took more than ${timeoutMs} ms.` });
    throw new CliErrors.NPM_MISSING(
      { reason: error instanceof Error ? error.message : String(error) },
      { cause: error },
    );
  }
}

/** The npm that has started us, else the one on the path; on Windows that is a script, which only a shell starts. */
function programOf(variables: Io['variables']): readonly [program: string, args: readonly string[]] {
  const script = variables['npm_execpath'];
  if (script?.endsWith('npm-cli.js') === true) return [process.execPath, [script]];
  return process.platform === 'win32' ? ['cmd', ['/d', '/c', 'npm']] : ['npm', []];
}
