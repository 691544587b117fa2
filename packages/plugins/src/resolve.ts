import { findCycles } from './cycles.ts';
import type { PluginCode } from './isolation/tier.ts';
import { isChecked } from './folder-index.ts';
import { apiVersion, manifestProblems } from './manifest.ts';
import type { PluginManifest } from './manifest.ts';
import { isRecord } from './manifest-values.ts';
import type { Plugin } from './plugin.ts';
import type { Discovery, PluginPackage } from './sources.ts';
import { createVersions, type Versions } from './versions.ts';

/** One reason why the plugins do not fit together. */
export interface ResolveProblem {
  readonly kind:
    | 'source-failed'
    | 'invalid-manifest'
    | 'duplicate-id'
    | 'api-mismatch'
    | 'missing-dependency'
    | 'version-mismatch'
    | 'conflict'
    | 'service-claimed-twice'
    | 'cycle';
  /** The plugins it concerns: each of them cannot start. Empty for a source. */
  readonly plugins: readonly string[];
  readonly message: string;
}

/** A plugin with its place in the order. */
export interface ResolvedPlugin {
  readonly id: string;
  readonly version: string;
  readonly manifest: PluginManifest;
  readonly config: unknown;
  readonly configVersion: number | undefined;
  /** The plugin itself, when the application has imported it; otherwise there is `code`. */
  readonly plugin: Plugin | undefined;
  readonly code: PluginCode | undefined;
  /** Ids of the dependencies it cannot run without. */
  readonly needs: readonly string[];
  /** Ids of all dependencies that are there, optional ones included. */
  readonly after: readonly string[];
}

export interface Resolution {
  /** In dependency order, then by id. */
  readonly plugins: readonly ResolvedPlugin[];
  readonly problems: readonly ResolveProblem[];
}

type Known = ReadonlyMap<string, Discovery>;

/** Puts plugins in dependency order and finds every problem; it throws nothing. */
export function resolvePlugins(entries: readonly Discovery[]): Resolution {
  const problems: ResolveProblem[] = [];
  const versions = createVersions();
  const known = indexById(entries, problems, versions);
  for (const { manifest } of known.values()) problems.push(...dependencyProblems(manifest, known, versions));
  problems.push(...serviceProblems(known));
  const plugins = Array.from(known.values(), (entry) => place(entry, known));
  // What depends on nothing stands in no cycle.
  const cycles = findCycles(new Map(plugins.filter(hasAfter).map(({ id, after }) => [id, after])));
  for (const cycle of cycles) {
    problems.push({ kind: 'cycle', plugins: cycle, message: `Cycle: ${[...cycle, cycle[0]].join(' -> ')}.` });
  }
  return { plugins: sortByDepth(plugins), problems };
}

function indexById(entries: readonly Discovery[], problems: ResolveProblem[], versions: Versions): Known {
  const known = new Map<string, Discovery>();
  for (const entry of entries) {
    const { id } = entry.manifest;
    const invalid = (message: string): void => {
      problems.push({ kind: 'invalid-manifest', plugins: [id], message: `Plugin "${id}" ${message}.` });
    };
    if (typeof id !== 'string' || id === '') {
      problems.push({ kind: 'invalid-manifest', plugins: [], message: 'A plugin has no id in its manifest.' });
    } else if (known.has(id)) {
      problems.push({ kind: 'duplicate-id', plugins: [id], message: `More than one plugin has the id "${id}".` });
    } else {
      known.set(id, entry);
      if (!isChecked(entry.manifest))
        for (const problem of manifestProblems(entry.manifest, versions)) invalid(problem);
      const problem = entryProblem(entry);
      if (problem !== undefined) invalid(problem);
    }
  }
  return known;
}

function entryProblem(entry: Discovery): string | undefined {
  if ('directory' in entry) return entry.problem;
  if (typeof entry.plugin !== 'object' || entry.plugin === null) return 'comes without a plugin object';
  const { minimum = 'inline' } = entry.manifest.isolation ?? {};
  if (minimum === 'inline') return undefined;
  return `asks for the tier ${minimum}, but the application has imported it already; leave that to a source`;
}

function dependencyProblems(manifest: PluginManifest, known: Known, { matches }: Versions): readonly ResolveProblem[] {
  const { id, api } = manifest;
  const problems: ResolveProblem[] = [];
  const add = (kind: ResolveProblem['kind'], message: string): void => {
    problems.push({ kind, plugins: [id], message: `Plugin "${id}" ${message}.` });
  };
  if (api !== undefined && !matches(apiVersion, api))
    add('api-mismatch', `needs the API ${api}, this is ${apiVersion}`);
  for (const [other, range] of rangesOf(manifest, 'dependencies')) {
    if (!known.has(other)) add('missing-dependency', `needs "${other}" ${range}, which is not there`);
  }
  for (const [other, range] of [...rangesOf(manifest, 'dependencies'), ...rangesOf(manifest, 'optionalDependencies')]) {
    const found = versionOf(known.get(other));
    if (found !== undefined && !matches(found, range)) {
      add('version-mismatch', `needs "${other}" ${range}, but it is ${found}`);
    }
  }
  for (const [other, range] of rangesOf(manifest, 'conflicts')) {
    const found = versionOf(known.get(other));
    if (found !== undefined && matches(found, range)) add('conflict', `cannot run beside "${other}" ${found}`);
  }
  return problems;
}

function serviceProblems(known: Known): readonly ResolveProblem[] {
  const claims = new Map<string, string[]>();
  for (const { manifest } of known.values()) {
    if (!Array.isArray(manifest.provides)) continue;
    for (const id of manifest.provides) {
      const plugins = claims.get(id);
      if (plugins === undefined) claims.set(id, [manifest.id]);
      else if (!plugins.includes(manifest.id)) plugins.push(manifest.id);
    }
  }
  return Array.from(claims)
    .filter(([, plugins]) => plugins.length > 1)
    .map(([id, plugins]) => ({
      kind: 'service-claimed-twice',
      plugins,
      message: `The service "${id}" is provided by ${plugins.map((plugin) => `"${plugin}"`).join(' and ')}.`,
    }));
}

function place(entry: Discovery, known: Known): ResolvedPlugin {
  const { manifest } = entry;
  const { id } = manifest;
  const needs = idsOf(manifest.dependencies);
  const optional = idsOf(manifest.optionalDependencies);
  const after = needs.length + optional.length === 0 ? none : [...new Set([...needs, ...optional])];
  const version = versionOf(entry) ?? '0.0.0';
  let code: PluginCode | undefined;
  return {
    id,
    version,
    manifest,
    config: entry.config,
    configVersion: entry.configVersion,
    plugin: 'directory' in entry ? undefined : entry.plugin,
    // Most plugins of a large folder are never loaded: their addresses are made when they are asked for.
    get code() {
      if (code === undefined && 'directory' in entry) code = codeOf(entry, version);
      return code;
    },
    needs,
    after: after.filter((other) => known.has(other)),
  };
}

const none: readonly string[] = [];

function idsOf(ranges: unknown): readonly string[] {
  return isRecord(ranges) ? Object.keys(ranges) : none;
}

function hasAfter({ after }: ResolvedPlugin): boolean {
  return after.length > 0;
}

/** Of a manifest with problems it may be nonsense; it is not loaded then. */
function codeOf({ manifest, directory, manifestDigest }: PluginPackage, version: string): PluginCode {
  const { id, entry = './index.js' } = manifest;
  const url = URL.canParse(entry, directory.href) ? new URL(entry, directory) : directory;
  return { id, version, directory, entry: url, manifest, ...(manifestDigest !== undefined && { manifestDigest }) };
}

/** Tolerates what `manifestProblems` has already reported. */
function rangesOf(
  manifest: PluginManifest,
  field: 'dependencies' | 'optionalDependencies' | 'conflicts',
): readonly (readonly [id: string, range: string])[] {
  const ranges = manifest[field];
  return typeof ranges === 'object' && ranges !== null ? Object.entries(ranges) : [];
}

function versionOf(entry: Discovery | undefined): string | undefined {
  return entry && (entry.manifest.version ?? '0.0.0');
}

/** A plugin stands behind its deepest dependency; members of a cycle come last. */
function sortByDepth(plugins: readonly ResolvedPlugin[]): readonly ResolvedPlugin[] {
  const sorted: ResolvedPlugin[] = [];
  const placed = new Set<string>();
  let left = plugins.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  while (left.length > 0) {
    const ready = left.filter(({ after }) => after.every((id) => placed.has(id)));
    const next = ready.length > 0 ? ready : left;
    for (const plugin of next) sorted.push(plugin);
    for (const { id } of next) placed.add(id);
    left = left.filter(({ id }) => !placed.has(id));
  }
  return sorted;
}
