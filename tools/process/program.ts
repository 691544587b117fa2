import { delimiter, join } from 'node:path';
import { root } from '../repository/root.ts';
import { run, type RunOptions, type RunResult } from './run.ts';

// Programs of node_modules are started on this Node by their script: no shell, no .cmd files, the same on every system.
const scripts = {
  attw: '@arethetypeswrong/cli/dist/index.js',
  knip: 'knip/bin/knip.js',
  nx: 'nx/dist/bin/nx.js',
  oxlint: 'oxlint/bin/oxlint',
  prettier: 'prettier/bin/prettier.cjs',
  publint: 'publint/src/cli.js',
  sherif: 'sherif/index.js',
  tsc: '@typescript/native/bin/tsc',
  typedoc: 'typedoc/bin/typedoc',
  verdaccio: 'verdaccio/bin/verdaccio',
  vitest: 'vitest/vitest.mjs',
} as const;

export type Program = keyof typeof scripts;

/** Where the program starts, for those who start it themselves. */
export function programScript(name: Program): string {
  return join(root, 'node_modules', scripts[name]);
}

/** Runs a program of node_modules, at the root unless told otherwise. */
export function runProgram(name: Program, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return run(process.execPath, [programScript(name), ...args], { cwd: root, env: plainEnvironment(), ...options });
}

/** The environment of everything the tools start: the repository's own programs come first, and Nx starts no daemon. */
export function toolEnvironment(): Record<string, string | undefined> {
  const bin = join(root, 'node_modules', '.bin');
  return {
    ...process.env,
    PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`,
    NX_DAEMON: 'false',
    NX_ISOLATE_PLUGINS: 'false',
  };
}

/** The same without colours, for output that is read back or kept for later. */
export function plainEnvironment(): Record<string, string | undefined> {
  return { ...toolEnvironment(), FORCE_COLOR: undefined, NO_COLOR: '1' };
}
