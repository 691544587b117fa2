import type { OptionNames } from './expect-option.ts';
import type { TierName } from './isolation/tier.ts';
import { offerProblems } from './manifest-offers.ts';
import { placementProblems } from './manifest-placement.ts';
import { isRecord, isStrings, show } from './manifest-values.ts';
import { createVersions, type Versions } from './versions.ts';

/** What a plugin says about itself before any of its code runs. */
export interface PluginManifest {
  readonly id: string;
  /** @default '0.0.0' */
  readonly version?: string;
  /** Range of the plugin API it was written for; see `apiVersion`. */
  readonly api?: string;
  /** Plugin id to semver range; they start first, and without them this one is skipped. */
  readonly dependencies?: Readonly<Record<string, string>>;
  /** Like `dependencies`, but the plugin also starts without them. */
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  /** Plugin id to the range this one cannot run beside. */
  readonly conflicts?: Readonly<Record<string, string>>;
  /** Ids of the services it will provide; checked after its start. */
  readonly provides?: readonly string[];
  /** Only the failure of a required plugin stops the host. @default 'optional' */
  readonly failure?: 'required' | 'optional';
  /** Overrides the host's `startTimeoutMs`; in the tiers `process` and `wasm` it can only be shorter. */
  readonly startTimeoutMs?: number;
  /** Overrides the host's `stopTimeoutMs`, likewise. */
  readonly stopTimeoutMs?: number;
  /** The module with the plugin, from the folder of the package; for plugins on disk. @default './index.js' */
  readonly entry?: string;
  /** An SPDX expression, such as `MIT OR Apache-2.0`. */
  readonly licence?: string;
  /** The least strict tier it may run in; the policy of the host can ask for a stricter one. */
  readonly isolation?: { readonly minimum?: TierName };
  /** It gives or takes what cannot be cloned, such as functions: it runs in the tier `inline` or not at all. @default false */
  readonly inlineOnly?: boolean;
  /**
   * When its code is loaded: `start`, `command:<id>`, `event:<id>` (also of a hook), `service:<id>`; the first that comes.
   * A required plugin, and one that a plugin needs which starts with the host, starts with it anyway.
   *
   * @default ['start']
   */
  readonly activation?: readonly string[];
  /** What it will add, known before any of its code runs: for applications that list plugins. */
  readonly contributes?: PluginOffers;
  /** What it asks to be allowed; what is not named is refused where the tier can refuse. */
  readonly permissions?: PluginPermissions;
  /** What it will use up at most. In the tiers `process` and `wasm` it has more than the tier gives only if the host grants it. */
  readonly limits?: PluginLimits;
  /** The form of `ctx.state`: a whole number that rises when the form changes, and `onMigrate` with it. @default 1 */
  readonly stateVersion?: number;
  /** The form of `ctx.config`, likewise, with `onMigrateConfig`. @default 1 */
  readonly configVersion?: number;
}

/** What a plugin adds to the application, as far as it can be said beforehand. */
export interface PluginOffers {
  readonly commands?: readonly { readonly id: string; readonly title?: string }[];
  /** Ids of the events it emits. */
  readonly events?: readonly string[];
  /** Ids of the rules it brings. */
  readonly rules?: readonly string[];
  /** JSON Schema of `ctx.config`. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** For lists and searches. */
  readonly categories?: readonly string[];
}

/** What a plugin asks to be allowed. */
export interface PluginPermissions {
  /** Files and folders, absolute or from the folder of the package. */
  readonly fs?: { readonly read?: readonly string[]; readonly write?: readonly string[] };
  /** Hosts it may connect to: `api.example.com`, `api.example.com:8443`, `*.example.com`. */
  readonly net?: readonly string[];
  /** Names of environment variables. */
  readonly env?: readonly string[];
  /** Modules beyond its own package, such as `node:crypto`. */
  readonly imports?: readonly string[];
  /** Ids of services of other plugins. */
  readonly services?: readonly string[];
}

/** What a plugin may use up; all numbers above 0. */
export interface PluginLimits {
  /** Megabytes of memory. */
  readonly memoryMb?: number;
  /** The longest that one call into the plugin may take. */
  readonly callTimeoutMs?: number;
  /** The longest that its code may compute without a pause. */
  readonly cpuMs?: number;
  /** The largest value that may cross between plugin and host. */
  readonly messageBytes?: number;
}

/** The version of the plugin API this package implements. */
export const apiVersion: string = '0.1.0';

const rangeFields = ['dependencies', 'optionalDependencies', 'conflicts'] as const;
const early: ReadonlySet<string> = new Set(['id', 'version', 'api', 'dependencies', 'provides', 'failure']);
const longestTimerMs = 2 ** 31 - 1;
/** As npm has it for names. */
const longestId = 214;
/** Nothing that moves what stands around it, or stands for nothing: ids are shown in logs, errors and on terminals. */
const visible = /^[^\p{C}\p{Zl}\p{Zp}]+$/u;

function isName(id: string): boolean {
  return id.length <= longestId && visible.test(id);
}

const fieldNames: OptionNames<PluginManifest> = {
  id: true,
  version: true,
  api: true,
  dependencies: true,
  optionalDependencies: true,
  conflicts: true,
  provides: true,
  failure: true,
  startTimeoutMs: true,
  stopTimeoutMs: true,
  entry: true,
  licence: true,
  isolation: true,
  inlineOnly: true,
  activation: true,
  contributes: true,
  permissions: true,
  limits: true,
  stateVersion: true,
  configVersion: true,
};

/** Says, one sentence each, what is wrong with a manifest. */
export function manifestProblems(manifest: PluginManifest, versions: Versions = createVersions()): readonly string[] {
  const problems: string[] = [];
  const { id, version, api, provides, failure } = manifest;
  if (typeof id === 'string' && !isName(id)) {
    problems.push(
      `has the id ${JSON.stringify(id.slice(0, longestId))}; use up to ${longestId} characters that can be seen`,
    );
  }
  if (version !== undefined && !versions.isVersion(version)) {
    problems.push(`has the version ${show(version)}; give it a semantic version such as "1.2.0"`);
  }
  if (api !== undefined && !versions.isRange(api))
    problems.push(`asks for the API ${show(api)}, which is not a semver range`);
  for (const field of rangeFields) problems.push(...rangeProblems(field, manifest[field], versions));
  if (provides !== undefined && !isStrings(provides)) problems.push('has `provides` that is not a list of service ids');
  if (failure !== undefined && failure !== 'required' && failure !== 'optional') {
    problems.push(`has \`failure\` ${show(failure)}; write "required" or "optional"`);
  }
  for (const field of ['startTimeoutMs', 'stopTimeoutMs'] as const) {
    const value = manifest[field];
    if (value !== undefined && !isTimeout(value)) problems.push(`has \`${field}\` ${show(value)}; ${timeoutRule}`);
  }
  // Most plugins that an application imports itself say nothing of the rest.
  if (Object.keys(manifest).some((name) => !early.has(name))) {
    const unknown = Object.keys(manifest).filter((name) => !Object.hasOwn(fieldNames, name));
    problems.push(
      ...unknown.map((name) => `has the unknown field \`${name}\`; known are ${Object.keys(fieldNames).join(', ')}`),
    );
    problems.push(...placementProblems(manifest), ...offerProblems(manifest));
  }
  return problems;
}

/** The sentence that `isTimeout` stands for. */
export const timeoutRule: string = `a number of milliseconds from 1 to ${longestTimerMs}`;

/** Whether a value can be given to a timer. */
export function isTimeout(value: unknown): value is number {
  return typeof value === 'number' && value >= 1 && value <= longestTimerMs;
}

function rangeProblems(field: string, ranges: unknown, { isRange }: Versions): readonly string[] {
  if (ranges === undefined) return [];
  if (!isRecord(ranges)) {
    return [`has \`${field}\` that is not an object of plugin id to semver range`];
  }
  return Object.entries(ranges)
    .filter(([, range]) => !isRange(range))
    .map(([id, range]) => `has in \`${field}\` for "${id}" ${show(range)}, which is not a semver range`);
}
