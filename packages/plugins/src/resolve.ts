import { findCycles } from './cycles.ts';
import { hookMistake } from './isolation/protocol.ts';
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
  const ask = questions(known, versions);
  const plugins: ResolvedPlugin[] = [];
  for (const entry of known.values()) {
    findProblems(entry.manifest, ask, problems);
    plugins.push(new Placed(entry, known));
  }
  findSharedServices(known, problems);
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
    if (typeof id !== 'string' || id === '') {
      problems.push({ kind: 'invalid-manifest', plugins: [], message: 'A plugin has no id in its manifest.' });
    } else if (known.has(id)) {
      problems.push({ kind: 'duplicate-id', plugins: [id], message: `More than one plugin has the id "${id}".` });
    } else {
      known.set(id, entry);
      if (!isChecked(entry)) findMistakes(entry, versions, problems);
    }
  }
  return known;
}

function findMistakes(entry: Discovery, versions: Versions, problems: ResolveProblem[]): void {
  const { manifest } = entry;
  const own = entryProblem(entry);
  const found = manifestProblems(manifest, versions);
  for (const message of own === undefined ? found : [...found, own]) {
    problems.push(problemOf(manifest, 'invalid-manifest', message));
  }
}

function entryProblem(entry: Discovery): string | undefined {
  if ('directory' in entry) return entry.problem;
  if (typeof entry.plugin !== 'object' || entry.plugin === null) return 'comes without a plugin object';
  const mistake = hookMistake(entry.plugin);
  if (mistake !== undefined) return `comes with ${mistake}`;
  const { minimum = 'inline' } = entry.manifest.isolation ?? {};
  if (minimum === 'inline') return undefined;
  return `asks for the tier ${minimum}, but the application has imported it already; leave that to a source`;
}

interface Questions {
  readonly known: Known;
  readonly matches: Versions['matches'];
  /** Of a range of the API, which a thousand plugins have in common. */
  fitsApi(range: string): boolean;
}

function questions(known: Known, { matches }: Versions): Questions {
  const answers = new Map<string, boolean>();
  const fitsApi = (range: string): boolean => {
    const answer = answers.get(range) ?? matches(apiVersion, range);
    answers.set(range, answer);
    return answer;
  };
  return { known, matches, fitsApi };
}

function findProblems(manifest: PluginManifest, ask: Questions, problems: ResolveProblem[]): void {
  const { api, dependencies, optionalDependencies, conflicts } = manifest;
  if (api !== undefined && !ask.fitsApi(api)) {
    problems.push(problemOf(manifest, 'api-mismatch', `needs the API ${api}, this is ${apiVersion}`));
  }
  // Most plugins of a large folder know of no other.
  if (dependencies ?? optionalDependencies ?? conflicts) findMisfits(manifest, ask, problems);
}

function findMisfits(manifest: PluginManifest, { known, matches }: Questions, problems: ResolveProblem[]): void {
  const add = (kind: ResolveProblem['kind'], message: string): void => {
    problems.push(problemOf(manifest, kind, message));
  };
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
}

function problemOf({ id }: PluginManifest, kind: ResolveProblem['kind'], message: string): ResolveProblem {
  return { kind, plugins: [id], message: `Plugin "${id}" ${message}.` };
}

function findSharedServices(known: Known, problems: ResolveProblem[]): void {
  const claims = new Map<string, string>();
  const shared = new Map<string, string[]>();
  for (const { manifest } of known.values()) {
    if (!Array.isArray(manifest.provides)) continue;
    for (const service of manifest.provides) {
      const first = claims.get(service) ?? manifest.id;
      claims.set(service, first);
      if (first === manifest.id) continue;
      const plugins = shared.get(service) ?? [first];
      if (!plugins.includes(manifest.id)) plugins.push(manifest.id);
      shared.set(service, plugins);
    }
  }
  for (const [id, plugins] of shared) {
    const names = plugins.map((plugin) => `"${plugin}"`).join(' and ');
    const message = `The service "${id}" is provided by ${names}.`;
    problems.push({ kind: 'service-claimed-twice', plugins, message });
  }
}

/** A class, because an accessor of its own for each of a thousand plugins takes longer than all else about them. */
class Placed implements ResolvedPlugin {
  readonly id: string;
  readonly version: string;
  readonly manifest: PluginManifest;
  readonly config: unknown;
  readonly configVersion: number | undefined;
  readonly plugin: Plugin | undefined;
  readonly needs: readonly string[];
  readonly after: readonly string[];
  readonly #found: PluginPackage | undefined;
  #code: PluginCode | undefined;

  constructor(entry: Discovery, known: Known) {
    const { manifest } = entry;
    this.id = manifest.id;
    this.version = manifest.version ?? '0.0.0';
    this.manifest = manifest;
    this.config = entry.config;
    this.configVersion = entry.configVersion;
    const found = 'directory' in entry ? entry : undefined;
    this.plugin = 'directory' in entry ? undefined : entry.plugin;
    this.#found = found;
    this.needs = idsOf(manifest.dependencies);
    this.after = idsAfter(this.needs, idsOf(manifest.optionalDependencies), known);
  }

  /** Made when it is asked for: most plugins of a large folder are never loaded. */
  get code(): PluginCode | undefined {
    if (this.#found) this.#code ??= codeOf(this.#found, this.version);
    return this.#code;
  }
}

function idsAfter(needs: readonly string[], optional: readonly string[], known: Known): readonly string[] {
  if (needs.length + optional.length === 0) return none;
  return [...new Set([...needs, ...optional])].filter((other) => known.has(other));
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
  const byId = plugins.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const sorted: ResolvedPlugin[] = [];
  let left: readonly ResolvedPlugin[] = byId.filter(hasAfter);
  if (left.length === 0) return byId;
  for (const plugin of byId) if (!hasAfter(plugin)) sorted.push(plugin);
  const placed = new Set(sorted.map(({ id }) => id));
  while (left.length > 0) {
    const ready = left.filter(({ after }) => after.every((id) => placed.has(id)));
    const next = ready.length > 0 ? ready : left;
    for (const plugin of next) sorted.push(plugin);
    for (const { id } of next) placed.add(id);
    left = left.filter(({ id }) => !placed.has(id));
  }
  return sorted;
}
