import validVersion from 'semver/functions/valid.js';
import validRange from 'semver/ranges/valid.js';

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
  /** Overrides the host's `startTimeoutMs`. */
  readonly startTimeoutMs?: number;
  /** Overrides the host's `stopTimeoutMs`. */
  readonly stopTimeoutMs?: number;
}

/** The version of the plugin API this package implements. */
export const apiVersion: string = '0.1.0';

const rangeFields = ['dependencies', 'optionalDependencies', 'conflicts'] as const;
const longestTimerMs = 2 ** 31 - 1;

/** Says, one sentence each, what is wrong with a manifest. */
export function manifestProblems(manifest: PluginManifest): readonly string[] {
  const problems: string[] = [];
  const { version, api, provides, failure } = manifest;
  if (version !== undefined && validVersion(version) === null) {
    problems.push(`has the version ${show(version)}; give it a semantic version such as "1.2.0"`);
  }
  if (api !== undefined && !isRange(api)) problems.push(`asks for the API ${show(api)}, which is not a semver range`);
  for (const field of rangeFields) problems.push(...rangeProblems(field, manifest[field]));
  if (provides !== undefined && !isStrings(provides)) problems.push('has `provides` that is not a list of service ids');
  if (failure !== undefined && failure !== 'required' && failure !== 'optional') {
    problems.push(`has \`failure\` ${show(failure)}; write "required" or "optional"`);
  }
  for (const field of ['startTimeoutMs', 'stopTimeoutMs'] as const) {
    const value = manifest[field];
    if (value !== undefined && !isTimeout(value)) problems.push(`has \`${field}\` ${show(value)}; ${timeoutRule}`);
  }
  return problems;
}

/** The sentence that `isTimeout` stands for. */
export const timeoutRule: string = `a number of milliseconds from 1 to ${longestTimerMs}`;

/** Whether a value can be given to a timer. */
export function isTimeout(value: unknown): value is number {
  return typeof value === 'number' && value >= 1 && value <= longestTimerMs;
}

function rangeProblems(field: string, ranges: unknown): readonly string[] {
  if (ranges === undefined) return [];
  if (typeof ranges !== 'object' || ranges === null || Array.isArray(ranges)) {
    return [`has \`${field}\` that is not an object of plugin id to semver range`];
  }
  return Object.entries(ranges)
    .filter(([, range]) => !isRange(range))
    .map(([id, range]) => `has in \`${field}\` for "${id}" ${show(range)}, which is not a semver range`);
}

function isRange(range: unknown): boolean {
  return typeof range === 'string' && validRange(range) !== null;
}

function isStrings(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string' && item !== '');
}

function show(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
