// (1) A plugin is as trusted as what was proved about the files that lie there now, and about this id and version.
// (2) A key counts when the keys file has it, it may be used today, and the policy lets it publish this plugin.
import subset from 'semver/ranges/subset.js';
import { PluginErrors } from '../errors.ts';
import type { PluginCode } from '../isolation/tier.ts';
import { openEnvelope } from './dsse.ts';
import type { PluginEvidence } from './evidence.ts';
import { keyProblem, type KeyRing, type RingKey } from './keys.ts';
import { isEnough, publishersOf, type TrustLevel, type TrustPolicy } from './policy.ts';
import { verifyRegistrySignatures, type RegistryKey } from './registry-signature.ts';
import { checkIntegrity } from './sri.ts';
import { checkClaim, statementType, verifyClaim, type PluginClaim } from './statement.ts';
import { digestArchive, treeChanges, treeOf, type PackageTree } from './tree.ts';

/** Against what a plugin is checked. */
export interface TrustBase {
  readonly policy: TrustPolicy;
  /** The keys of publishers. */
  readonly keys?: KeyRing;
  /** The keys of the registry. */
  readonly registryKeys?: readonly RegistryKey[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What was proved about a plugin. */
export interface TrustResult {
  readonly level: TrustLevel;
  /** The ids of the keys that vouch for it. */
  readonly signers: readonly string[];
}

/** Checks an installed plugin. @throws PLUGIN_UNSIGNED and all that is said about signatures, keys and files */
export async function verifyPlugin(
  code: PluginCode,
  tree: PackageTree,
  evidence: PluginEvidence,
  base: TrustBase,
): Promise<TrustResult> {
  const { policy } = base;
  checkApi(code, policy);
  const byRegistry = await verifyRegistry(code, tree, evidence, base);
  const byPublisher = verifyPublisher(code, tree, evidence, base);
  const result = resultOf(byPublisher, byRegistry);
  if (isEnough(result.level, policy.minimum)) return result;
  throw unsigned(code, policy.minimum === 'publisher' ? 'signature of a publisher' : 'signature that can be checked');
}

function resultOf(byPublisher: readonly string[] | undefined, byRegistry: readonly string[] | undefined): TrustResult {
  if (byPublisher) return { level: 'publisher', signers: byPublisher };
  return byRegistry ? { level: 'registry', signers: byRegistry } : { level: 'unsigned', signers: [] };
}

function checkApi({ id, manifest: { api } }: PluginCode, policy: TrustPolicy): void {
  if (policy.api === undefined || (api !== undefined && subset(api, policy.api))) return;
  throw new PluginErrors.API_NOT_ALLOWED({ plugin: id, api: api ?? 'none', allowed: policy.api });
}

async function verifyRegistry(
  code: PluginCode,
  tree: PackageTree,
  { registry, archive }: PluginEvidence,
  { policy, registryKeys, now }: TrustBase,
): Promise<readonly string[] | undefined> {
  const { id, version } = code;
  if (registryKeys === undefined || registry === undefined || registry.signatures.length === 0) {
    // A publisher's signature proves more than the registry's, unless both are asked for.
    if (policy.registry === 'required') throw unsigned(code, 'registry signature that can be checked');
    return undefined;
  }
  const signers = verifyRegistrySignatures({ name: id, version, ...registry }, registryKeys, { now });
  if (archive === undefined) {
    if (policy.registry === 'required' || policy.minimum === 'registry')
      throw unsigned(code, 'archive beside it that its registry signature could be checked with');
    return undefined;
  }
  await checkIntegrity(archive, registry.integrity);
  expectTree(id, await digestArchive(archive), tree);
  return signers;
}

function verifyPublisher(
  code: PluginCode,
  tree: PackageTree,
  { envelopes, registry, files }: PluginEvidence,
  base: TrustBase,
): readonly string[] | undefined {
  if (envelopes.length === 0) return undefined;
  const { claim, keys } = firstGood(envelopes, (envelope) => verifyEnvelope(code, envelope, base));
  checkClaim(claim, { ...code.manifest, version: code.version });
  if (registry && registry.integrity !== claim.integrity) {
    throw new PluginErrors.STATEMENT_MISMATCH({
      plugin: code.id,
      field: 'integrity',
      signed: claim.integrity,
      found: registry.integrity,
    });
  }
  if (claim.tree !== tree.digest) throw changed(code.id, knownFiles(files, claim), tree);
  return keys;
}

interface Signed {
  readonly claim: PluginClaim;
  readonly keys: readonly string[];
}

function verifyEnvelope({ id }: PluginCode, envelope: unknown, { policy, keys: ring, now }: TrustBase): Signed {
  const all = ring?.keys ?? [];
  const opened = openEnvelope(envelope, { payloadType: statementType, keys: all.map(({ publicKey }) => publicKey) });
  if (typeof opened === 'string') throw new PluginErrors.SIGNATURE_INVALID({ plugin: id, reason: opened });
  const signers = all.filter(({ keyid }) => opened.keys.includes(keyid));
  const allowed = publishersOf(id, policy);
  const mine = signers.filter(({ keyid }) => allowed.includes(keyid));
  if (mine.length === 0) throw notAllowed(id, signers, allowed);
  const good = mine.filter((key) => keyProblem(key, now) === undefined);
  const [first] = mine;
  if (good.length < policy.threshold && first) throw unusable(id, mine, policy.threshold, now);
  const { claim, keys } = verifyClaim(envelope, id, {
    keys: good.map(({ publicKey }) => publicKey),
    threshold: policy.threshold,
  });
  return { claim, keys };
}

/** The first that holds; if none does, the error of the first. */
function firstGood<T>(items: readonly unknown[], check: (item: unknown) => T): T {
  const errors: unknown[] = [];
  for (const item of items) {
    try {
      return check(item);
    } catch (error) {
      errors.push(error);
    }
  }
  throw errors[0];
}

function notAllowed(plugin: string, signers: readonly RingKey[], allowed: readonly string[]): Error {
  return new PluginErrors.SIGNER_NOT_ALLOWED({
    plugin,
    signer: signers
      .map(({ keyid, owner }) => `${owner === undefined ? 'key' : `${owner}, key`} ${keyid}`)
      .join(' and '),
    allowed: allowed.length > 0 ? `only ${allowed.join(', ')}` : 'nobody',
  });
}

/** Why keys that are allowed do not count. */
function unusable(plugin: string, keys: readonly RingKey[], threshold: number, now: number): Error {
  for (const key of keys) {
    const problem = keyProblem(key, now);
    if (problem?.kind === 'revoked') {
      return new PluginErrors.KEY_REVOKED({
        plugin,
        key: key.keyid,
        revoked: problem.at,
        reason: problem.reason ?? '',
      });
    }
    if (problem?.kind === 'expired')
      return new PluginErrors.KEY_EXPIRED({ plugin, key: key.keyid, expired: problem.at });
    if (problem) return invalid(plugin, `its key ${key.keyid} may be used from ${problem.at} on`);
  }
  return invalid(plugin, `${keys.length} of ${threshold} keys have signed it`);
}

function invalid(plugin: string, reason: string): Error {
  return new PluginErrors.SIGNATURE_INVALID({ plugin, reason });
}

function unsigned({ id, version }: PluginCode, kind: string): Error {
  return new PluginErrors.PLUGIN_UNSIGNED({ plugin: `${id}@${version}`, kind });
}

function expectTree(plugin: string, signed: PackageTree, found: PackageTree): void {
  if (signed.digest !== found.digest) throw changed(plugin, signed, found);
}

/** The list of files is not signed; it helps only when it is the one the signed digest was made of. */
function knownFiles(files: PluginEvidence['files'], claim: PluginClaim): PackageTree | undefined {
  const tree = files && treeOf(new Map(Object.entries(files)));
  return tree?.digest === claim.tree ? tree : undefined;
}

function changed(plugin: string, signed: PackageTree | undefined, found: PackageTree): Error {
  const changes = signed ? treeChanges(signed, found).join(', ') : 'their digest is another one';
  return new PluginErrors.FILES_CHANGED({ plugin, changes });
}
