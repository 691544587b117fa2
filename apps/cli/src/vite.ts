import { createCheck } from './bundlers/check.ts';
import type { BuildOptions } from './bundlers/options.ts';
import { buildHooks, type BuildContext, type BuildHooks, type BuildLog } from './bundlers/rollup-hooks.ts';
import { surroundings } from './bundlers/surroundings.ts';

export type { BuildContext, BuildHooks, BuildLog, BuildOptions };

/** A plugin of Vite. */
export interface VitePlugin extends BuildHooks {
  readonly name: string;
  /** A server for development shows what an editor shows already. */
  readonly apply: 'build';
  /** One for all environments of a build, so that none is told what another one was. */
  readonly sharedDuringBuild: true;
  configResolved(config: { readonly root: string }): void;
}

/**
 * Audits the project beside the build, and fails the build on findings.
 *
 * @throws seaworthy.cli.BUILD_OPTION_UNKNOWN, seaworthy.cli.BUILD_OPTION_WRONG
 */
export function seaworthy(options: BuildOptions = {}): VitePlugin {
  const check = createCheck(options);
  let root = '.';
  const begin = (): { root: string; surroundings: ReturnType<typeof surroundings> } => {
    const { cwd, variables } = surroundings();
    // Vite sets it for every build; whether the audit is strict is for its own settings to say.
    return { root, surroundings: { cwd, variables: { ...variables, NODE_ENV: undefined } } };
  };
  return {
    name: 'seaworthy',
    apply: 'build',
    sharedDuringBuild: true,
    configResolved: (config) => void (root = config.root),
    ...buildHooks(check, begin),
  };
}
