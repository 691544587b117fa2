import { PluginErrors } from '../errors.ts';

/** What a process may do, as flags of Node can say it. */
export interface ProcessGrants {
  /** Absolute paths. */
  readonly read: readonly string[];
  readonly write: readonly string[];
  /** Whether network modules work at all; which hosts cannot be said. */
  readonly net: boolean;
}

/**
 * The flags that close a process. They differ: `--permission` was called `--experimental-permission` before, and `--allow-net`
 * is of Node 25, before which the network is open whatever the flags say.
 *
 * @throws PERMISSION_MODEL_MISSING
 */
export function permissionFlags(
  { read, write, net }: ProcessGrants,
  known: ReadonlySet<string> = process.allowedNodeEnvironmentFlags,
): readonly string[] {
  const permission = ['--permission', '--experimental-permission'].find((flag) => known.has(flag));
  if (permission === undefined) throw new PluginErrors.PERMISSION_MODEL_MISSING({ version: process.version });
  const wanted = ['--no-addons', '--disallow-code-generation-from-strings', '--no-experimental-global-navigator'];
  // `node:sqlite` opens files that the permission model would not let `node:fs` open.
  const closed = [...wanted, '--no-experimental-sqlite', '--no-experimental-websocket'];
  return [
    permission,
    ...read.map((path) => `--allow-fs-read=${path}`),
    ...write.map((path) => `--allow-fs-write=${path}`),
    ...(net && known.has('--allow-net') ? ['--allow-net'] : []),
    ...closed.filter((flag) => known.has(flag)),
    ...(permission === '--experimental-permission' ? ['--disable-warning=ExperimentalWarning'] : []),
  ];
}
