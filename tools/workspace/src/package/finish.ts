import { npm } from '../../../process/npm.ts';
import { plainEnvironment, runProgram } from '../../../process/program.ts';
import { run, type RunResult } from '../../../process/run.ts';
import { root } from '../../../repository/root.ts';
import { rememberInstall } from '../../../setup.mjs';

/** What a new package needs beyond its files: a link and a place in the lock file, a build, its API report, its error codes. */
export async function finish(name: string): Promise<void> {
  const env = plainEnvironment();
  const node = ['--conditions=@seaworthy/source'];
  const steps: readonly (readonly [string, () => Promise<RunResult>])[] = [
    ['npm install', () => npm(['install', '--prefer-offline', '--loglevel=error'], { cwd: root, env })],
    ['tsc', () => runProgram('tsc', ['-b', `packages/${name}`])],
    [
      'api',
      () => run(process.execPath, [...node, 'tools/api/main.ts', `packages/${name}`, '--update'], { cwd: root, env }),
    ],
    ['docs:errors', () => run(process.execPath, [...node, 'tools/docs/write-errors.ts'], { cwd: root, env })],
  ];
  for (const [step, go] of steps) {
    const { code, output } = await go();
    if (code !== 0) throw new Error(`packages/${name} is written, but ${step} failed: ${output.trim()}`);
  }
  rememberInstall();
}
