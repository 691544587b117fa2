import type { Examiner } from '../examine.ts';
import { expectKnown, type OptionNames } from '../expect-option.ts';
import { messageOf } from '../isolate.ts';
import type { PluginCode } from '../isolation/tier.ts';
import type { AuditTrail } from '../policy.ts';
import { readEvidence, type PluginEvidence } from './evidence.ts';
import type { KeyRing } from './keys.ts';
import { parseTrustPolicy, type TrustPolicy, type TrustPolicyInput } from './policy.ts';
import type { RegistryKey } from './registry-signature.ts';
import { digestFolder, type PackageTree } from './tree.ts';
import { verifyPlugin, type TrustResult } from './verify-plugin.ts';

export interface VerifyOptions {
  /** What is asked of plugins. */
  readonly policy: TrustPolicy | TrustPolicyInput;
  /** The keys of publishers, from `readKeys`; a function is asked for each plugin, so that keys can change. */
  readonly keys?: KeyRing | (() => KeyRing | Promise<KeyRing>);
  /** The keys of the registry, from `parseRegistryKeys`. */
  readonly registryKeys?: readonly RegistryKey[];
  /** What is known about a plugin beside its files. @default readEvidence */
  readonly evidence?: (code: PluginCode, signal: AbortSignal) => Promise<PluginEvidence>;
  /** Gets an entry `verified` for each plugin, with what was proved or why not. */
  readonly audit?: AuditTrail;
  /** With mode `warn`: is told what a plugin would have been refused for. */
  readonly onWarning?: (code: PluginCode, error: unknown) => void;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

/** An examiner that remembers what it has proved. */
export interface SignatureExaminer extends Examiner {
  /** What was proved about a plugin when it was examined last. */
  resultOf(id: string, version: string): TrustResult | undefined;
  /** The files as they were when the plugin was examined; given once. */
  takeTree(code: PluginCode): PackageTree | undefined;
}

const optionNames: OptionNames<VerifyOptions> = {
  policy: true,
  keys: true,
  registryKeys: true,
  evidence: true,
  audit: true,
  onWarning: true,
  now: true,
};

/** An examiner that refuses plugins which nobody vouches for whom the policy lets do so. @throws POLICY_INVALID, INVALID_OPTION, UNKNOWN_OPTION */
export function verifySignatures(options: VerifyOptions): SignatureExaminer {
  expectKnown('', options, optionNames);
  const policy = parseTrustPolicy(options.policy);
  const results = new Map<string, TrustResult>();
  const trees = new WeakMap<PluginCode, PackageTree>();
  const examined = new WeakMap<PluginCode, PackageTree['files']>();
  return {
    name: 'signatures',
    async examine(code, { signal }) {
      // What was true of an earlier load is not true of this one.
      results.delete(nameOf(code));
      const tree = await digestFolder(code.directory, { signal });
      const outcome = await settle(() => prove(code, tree, policy, options, signal));
      signal.throwIfAborted();
      await options.audit?.record(entryOf(code, tree, outcome));
      if ('error' in outcome) {
        if (policy.mode === 'required') throw outcome.error;
        options.onWarning?.(code, outcome.error);
      }
      trees.set(code, tree);
      examined.set(code, tree.files);
      results.set(nameOf(code), 'error' in outcome ? { level: 'unsigned', signers: [] } : outcome);
    },
    resultOf: (id, version) => results.get(`${id}@${version}`),
    filesOf: (code) => examined.get(code),
    takeTree(code) {
      const tree = trees.get(code);
      trees.delete(code);
      return tree;
    },
  };
}

type Outcome = TrustResult | { readonly error: unknown };

async function settle(work: () => Promise<TrustResult>): Promise<Outcome> {
  try {
    return await work();
  } catch (error) {
    return { error };
  }
}

async function prove(
  code: PluginCode,
  tree: PackageTree,
  policy: TrustPolicy,
  { keys, registryKeys, evidence = readEvidence, now = Date.now }: VerifyOptions,
  signal: AbortSignal,
): Promise<TrustResult> {
  const ring = typeof keys === 'function' ? await keys() : keys;
  const base = { policy, now: now(), ...(ring && { keys: ring }), ...(registryKeys && { registryKeys }) };
  return await verifyPlugin(code, tree, await evidence(code, signal), base);
}

function entryOf(code: PluginCode, tree: PackageTree, outcome: Outcome): Parameters<AuditTrail['record']>[0] {
  const { id: plugin, version } = code;
  const found =
    'error' in outcome
      ? { outcome: 'error', reason: messageOf(outcome.error), ...codeOf(outcome.error) }
      : { outcome: 'ok', level: outcome.level, signers: outcome.signers };
  return { event: 'verified', plugin, version, details: { ...found, tree: tree.digest } };
}

function codeOf(error: unknown): { readonly code?: string } {
  const isCoded = error instanceof Error && 'code' in error && typeof error.code === 'string';
  return isCoded ? { code: String(error.code) } : {};
}

function nameOf({ id, version }: PluginCode): string {
  return `${id}@${version}`;
}
