import { createCheck } from './bundlers/check.ts';
import type { BuildOptions } from './bundlers/options.ts';
import { buildHooks, type BuildContext, type BuildHooks, type BuildLog } from './bundlers/rollup-hooks.ts';

export type { BuildContext, BuildHooks, BuildLog, BuildOptions };

/** A plugin of Rollup and Rolldown. */
export interface RollupPlugin extends BuildHooks {
  readonly name: string;
}

/**
 * Audits the project beside the build, and fails the build on findings. The root of the build is the current directory.
 *
 * @throws seaworthy.cli.BUILD_OPTION_UNKNOWN, seaworthy.cli.BUILD_OPTION_WRONG
 */
export function seaworthy(options: BuildOptions = {}): RollupPlugin {
  const check = createCheck(options);
  return { name: 'seaworthy', ...buildHooks(check, () => ({ root: process.cwd() })) };
}
