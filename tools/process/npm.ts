import { dirname, join } from 'node:path';
import { run, type RunOptions, type RunResult } from './run.ts';

/** Runs npm: by its script when npm has started us, otherwise the npm on the path. */
export function npm(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return runCommand('npm', args, options);
}

/** Runs npx of the same npm. */
export function npx(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return runCommand('npx', args, options);
}

function runCommand(name: 'npm' | 'npx', args: readonly string[], options: RunOptions): Promise<RunResult> {
  const script = process.env['npm_execpath'];
  if (script?.endsWith('npm-cli.js') === true) {
    return run(process.execPath, [join(dirname(script), `${name}-cli.js`), ...args], options);
  }
  return process.platform === 'win32' ? run('cmd', ['/c', name, ...args], options) : run(name, args, options);
}
