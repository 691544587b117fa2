import { createHash, type KeyObject } from 'node:crypto';
import { PluginErrors } from '../errors.ts';
import type { PluginManifest } from '../manifest.ts';
import { readArchive, type ReadArchiveOptions } from './archive.ts';
import { openEnvelope, signEnvelope, type Envelope } from './dsse.ts';
import { isRecord } from '../manifest-values.ts';
import { canonicalJson, parseJson } from './plain.ts';
import { parseIntegrity } from './sri.ts';
import { digestArchive } from './tree.ts';

/** The payload type of in-toto statements. */
export const statementType: string = 'application/vnd.in-toto+json';
/** What kind of statement a publisher makes about a plugin. */
export const predicateType: string = 'urn:seaworthy:plugin:v1';

/** What a publisher vouches for. */
export interface PluginClaim {
  /** Of the package, which is the id of the plugin. */
  readonly name: string;
  readonly version: string;
  /** `sha512-…` of the packed package. */
  readonly integrity: string;
  /** `sha512-…` of the files in it: an unpacked package can be held against this. */
  readonly tree: string;
  /** The range of the plugin API, or null if the manifest has none. */
  readonly api: string | null;
  /** Digest of what the manifest asks to be allowed. */
  readonly permissions: string;
}

/** Reads what there is to vouch for out of a packed plugin. @throws ARCHIVE_REFUSED, STATEMENT_MISMATCH for another package */
export async function claimOf(archive: Uint8Array, options: ReadArchiveOptions = {}): Promise<PluginClaim> {
  const { digest } = await digestArchive(archive, options);
  const { name, version, seaworthy } = await packageJson(archive, options);
  const manifest: { api?: unknown; permissions?: unknown } = isRecord(seaworthy) ? seaworthy : {};
  return {
    name: String(name),
    version: String(version),
    integrity: `sha512-${createHash('sha512').update(archive).digest('base64')}`,
    tree: digest,
    api: typeof manifest.api === 'string' ? manifest.api : null,
    permissions: permissionDigest(manifest.permissions),
  };
}

/** Signs a packed plugin; several keys make several signatures in one envelope. @throws ARCHIVE_REFUSED, INVALID_OPTION */
export async function signPlugin(archive: Uint8Array, privateKeys: readonly KeyObject[]): Promise<Envelope> {
  return signClaim(await claimOf(archive), privateKeys);
}

/** Signs a claim. @throws INVALID_OPTION */
export function signClaim(claim: PluginClaim, privateKeys: readonly KeyObject[]): Envelope {
  const [hash] = parseIntegrity(claim.integrity);
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: purlOf(claim), digest: { sha512: Buffer.from(hash?.digest ?? []).toString('hex') } }],
    predicateType,
    predicate: claim,
  };
  return signEnvelope(statementType, Buffer.from(JSON.stringify(statement)), privateKeys);
}

export interface VerifiedClaim {
  readonly claim: PluginClaim;
  /** The ids of the keys that have signed it. */
  readonly keys: readonly string[];
}

/**
 * Checks that enough of the keys have signed a plugin, and gives what they vouch for.
 *
 * @throws SIGNATURE_INVALID
 */
export function verifyClaim(
  envelope: unknown,
  plugin: string,
  { keys, threshold = 1 }: { readonly keys: readonly KeyObject[]; readonly threshold?: number },
): VerifiedClaim {
  const opened = openEnvelope(envelope, { payloadType: statementType, keys, threshold });
  if (typeof opened === 'string') throw new PluginErrors.SIGNATURE_INVALID({ plugin, reason: opened });
  const claim = readStatement(Buffer.from(opened.payload).toString('utf8'));
  if (typeof claim === 'string') throw new PluginErrors.SIGNATURE_INVALID({ plugin, reason: claim });
  return { claim, keys: opened.keys };
}

/** Checks that a claim is about this plugin as it stands there. @throws STATEMENT_MISMATCH */
export function checkClaim(claim: PluginClaim, manifest: PluginManifest): void {
  const { id, version = '0.0.0', api = null, permissions } = manifest;
  expectSame(id, 'package', claim.name, id);
  expectSame(id, 'version', claim.version, version);
  expectSame(id, 'API range', claim.api ?? 'none', api ?? 'none');
  expectSame(id, 'permission digest', claim.permissions, permissionDigest(permissions));
}

/** A digest of permissions: equal whatever the order of names and of lists is. */
export function permissionDigest(permissions: unknown): string {
  const text = canonicalJson(inOrder(permissions ?? {}));
  return `sha512-${createHash('sha512').update(`seaworthy-permissions-1\n${text}`).digest('base64')}`;
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonicalJson).toSorted();
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, inOrder(inner)]));
}

function expectSame(plugin: string, field: string, signed: string, found: string): void {
  if (signed !== found) throw new PluginErrors.STATEMENT_MISMATCH({ plugin, field, signed, found });
}

/** The name that in-toto and npm give a version of a package. */
function purlOf({ name, version }: { readonly name: string; readonly version: string }): string {
  return `pkg:npm/${name.replace(/^@/, '%40')}@${version}`;
}

function readStatement(text: string): PluginClaim | string {
  const statement = parseJson(text);
  if (!isRecord(statement)) return 'what is signed is no JSON object';
  const { _type, subject, predicateType: kind, predicate } = statement;
  if (_type !== 'https://in-toto.io/Statement/v1') return 'what is signed is no in-toto statement of version 1';
  if (kind !== predicateType) return `it states ${JSON.stringify(kind)}, not ${predicateType}`;
  if (!isClaim(predicate)) return 'its statement lacks a name, version, integrity, tree, api or permissions';
  return isSubject(subject, predicate) ? predicate : 'its subject is another package than its predicate';
}

/** Tools that know in-toto read the subject, we read the predicate: they have to say the same. */
function isSubject(subject: unknown, claim: PluginClaim): boolean {
  const [only, ...others] = Array.isArray(subject) ? (subject as readonly unknown[]) : [];
  if (!isRecord(only) || others.length > 0 || !isRecord(only['digest'])) return false;
  const hex = only['digest']['sha512'];
  return (
    only['name'] === purlOf(claim) && `sha512-${Buffer.from(String(hex), 'hex').toString('base64')}` === claim.integrity
  );
}

function isClaim(value: unknown): value is PluginClaim {
  if (!isRecord(value)) return false;
  const { name, version, integrity, tree, api, permissions } = value;
  const texts = [name, version, integrity, tree, permissions];
  return texts.every((each) => typeof each === 'string') && (api === null || typeof api === 'string');
}

async function packageJson(
  archive: Uint8Array,
  options: ReadArchiveOptions,
): Promise<Readonly<Record<string, unknown>>> {
  for await (const { path, bytes } of readArchive(archive, options)) {
    if (path !== 'package.json') continue;
    const content = parseJson(Buffer.from(bytes).toString('utf8'));
    if (isRecord(content) && typeof content['name'] === 'string' && typeof content['version'] === 'string')
      return content;
    break;
  }
  throw new PluginErrors.ARCHIVE_REFUSED({
    where: 'package.json',
    reason: 'it is not there, or has no name and version',
  });
}
