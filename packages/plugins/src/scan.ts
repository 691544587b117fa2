import { PluginErrors } from './errors.ts';
import type { Examiner } from './examine.ts';
import { expectKnown, type OptionNames } from './expect-option.ts';
import type { PluginCode } from './isolation/tier.ts';
import type { AuditTrail } from './policy.ts';
import { describeFinding, judge, type ImportPolicy, type ScanFinding } from './scan/judge.ts';
import { scanPackage, type ScanPackageOptions, type ScannedPackage } from './scan/package.ts';
import { digestFolder, type PackageTree } from './verify/tree.ts';

/** Remembers what was seen in a package, by the digest of its files. */
export interface ScanCache {
  get(digest: string): ScannedPackage | undefined | Promise<ScannedPackage | undefined>;
  set(digest: string, scanned: ScannedPackage): unknown;
}

export interface ScanOptions extends Omit<ScanPackageOptions, 'signal'> {
  /** What the code may do. @default nothing beyond its own package */
  readonly policy?: ImportPolicy;
  /** `warn` tells `onFindings` and lets the plugin pass. @default 'required' */
  readonly mode?: 'required' | 'warn';
  /** Saves reading the modules of a package again. @default one for this examiner */
  readonly cache?: ScanCache;
  /** Gets an entry `scanned` for each plugin, with what was found. */
  readonly audit?: AuditTrail;
  /** Is told what was found, before the plugin is refused for it. */
  readonly onFindings?: (code: PluginCode, findings: readonly ScanFinding[]) => void;
  /** How the files of a plugin are digested. @default digestFolder */
  readonly digest?: (code: PluginCode, signal: AbortSignal) => Promise<PackageTree>;
}

/** Looks at the code of a plugin on disk. @throws ARCHIVE_REFUSED for links and the like in its folder */
export async function scanPlugin(
  code: PluginCode,
  options: ScanOptions = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<readonly ScanFinding[]> {
  const { policy = {}, cache, digest = digestCode } = options;
  const tree = await digest(code, signal);
  const cached = await cache?.get(tree.digest);
  const scanned = cached ?? (await scanPackage(code.directory, tree, { ...options, signal }));
  if (!cached) await cache?.set(tree.digest, scanned);
  return judge(scanned.facts, policy, code.manifest);
}

const optionNames: OptionNames<ScanOptions> = {
  policy: true,
  mode: true,
  cache: true,
  audit: true,
  onFindings: true,
  digest: true,
  maxModuleBytes: true,
};

/**
 * An examiner that refuses plugins whose code imports or does what the policy does not allow. It is triage: who means to
 * hide something from it can. What a plugin must not be able to do, its tier has to prevent.
 *
 * @throws INVALID_OPTION, UNKNOWN_OPTION
 */
export function scanImports(options: ScanOptions = {}): Examiner {
  expectKnown('', options, optionNames);
  const { mode = 'required', onFindings, audit, cache = memoryCache() } = options;
  return {
    name: 'imports',
    async examine(code, { signal }) {
      const findings = await scanPlugin(code, { ...options, cache }, signal);
      await audit?.record(entryOf(code, findings));
      if (findings.length === 0) return;
      onFindings?.(code, findings);
      if (mode === 'required') throw importsRefused(code.id, findings);
    },
  };
}

function digestCode({ directory }: PluginCode, signal: AbortSignal): Promise<PackageTree> {
  return digestFolder(directory, { signal });
}

const mostShown = 10;

function entryOf(
  { id: plugin, version }: PluginCode,
  findings: readonly ScanFinding[],
): Parameters<AuditTrail['record']>[0] {
  const shown = findings.slice(0, mostShown).map(describeFinding);
  return { event: 'scanned', plugin, version, details: { findings: findings.length, shown } };
}

function importsRefused(plugin: string, findings: readonly ScanFinding[]): Error {
  const shown = findings.slice(0, mostShown).map((finding) => `- ${describeFinding(finding)}`);
  const more = findings.length - shown.length;
  const list = [...shown, ...(more > 0 ? [`- and ${more} more`] : [])].join('\n');
  return new PluginErrors.IMPORTS_REFUSED({ plugin, list, findings });
}

/** A cache that lasts as long as its examiner. */
function memoryCache(): ScanCache {
  const scanned = new Map<string, ScannedPackage>();
  return { get: (digest) => scanned.get(digest), set: (digest, each) => scanned.set(digest, each) };
}
