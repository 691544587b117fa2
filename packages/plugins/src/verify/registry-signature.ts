import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { PluginErrors } from '../errors.ts';
import { decodeBase64 } from './base64.ts';
import { isRecord } from '../manifest-values.ts';
import { quoted } from './refuse-archive.ts';

/** A key as a registry serves it from `/-/npm/v1/keys`. */
export interface RegistryKey {
  readonly keyid: string;
  readonly keytype: string;
  readonly scheme: string;
  /** The public key: SPKI in base64. */
  readonly key: string;
  /** A time in ISO 8601, or null for never. */
  readonly expires: string | null;
}

/** One of `dist.signatures` in the document of a package. */
export interface RegistrySignature {
  readonly keyid: string;
  readonly sig: string;
}

/** A version as its registry describes it. */
export interface SignedVersion {
  readonly name: string;
  readonly version: string;
  /** `dist.integrity`. */
  readonly integrity: string;
  /** `dist.signatures`. */
  readonly signatures: readonly RegistrySignature[];
  /** When it was published, from `time`: a key that ended later still counts. Without it, keys must not have ended yet. */
  readonly publishedAt?: string;
}

/** Reads the answer of `/-/npm/v1/keys`, parsed. @throws KEYS_REFUSED */
export function parseRegistryKeys(document: unknown): readonly RegistryKey[] {
  const keys = isRecord(document) && Array.isArray(document['keys']) ? document['keys'] : undefined;
  if (keys === undefined) throw refused('it has no list of keys');
  if (!keys.every(isRegistryKey)) throw refused('one of them lacks a keyid, keytype, scheme, key or expires');
  const ids = new Set(keys.map(({ keyid }) => keyid));
  if (ids.size < keys.length) throw refused('two of them have the same keyid');
  return keys;
}

/**
 * Checks what the registry signed: `name@version:integrity`, by ECDSA on P-256. Like npm, it asks for all signatures to hold.
 *
 * @returns the ids of the keys.
 * @throws PLUGIN_UNSIGNED, SIGNATURE_INVALID, KEY_EXPIRED
 */
export function verifyRegistrySignatures(
  signed: SignedVersion,
  keys: readonly RegistryKey[],
  { now = Date.now() }: { readonly now?: number } = {},
): readonly string[] {
  const { name, version, integrity, signatures, publishedAt } = signed;
  const plugin = `${name}@${version}`;
  if (signatures.length === 0) throw new PluginErrors.PLUGIN_UNSIGNED({ plugin, kind: 'registry signature' });
  const message = Buffer.from(`${plugin}:${integrity}`);
  const at = publishedAt === undefined ? now : Date.parse(publishedAt);
  for (const { keyid, sig } of signatures) {
    const key = keys.find((each) => each.keyid === keyid);
    if (key === undefined) throw invalid(plugin, `its key ${quoted(keyid)} is not among those of the registry`);
    if (hasEnded(key, at)) throw new PluginErrors.KEY_EXPIRED({ plugin, key: keyid, expired: String(key.expires) });
    if (!holds(message, sig, publicKeyOf(key, plugin)))
      throw invalid(plugin, `the signature of key ${quoted(keyid)} does not hold`);
  }
  return signatures.map(({ keyid }) => keyid);
}

const scheme = 'ecdsa-sha2-nistp256';

/** A key that says it is one thing and is another would be used by another algorithm than its owner meant. */
function publicKeyOf(key: RegistryKey, plugin: string): KeyObject {
  if (key.keytype !== scheme || key.scheme !== scheme) {
    throw invalid(plugin, `its key is for ${quoted(key.scheme)}, and registries sign by ${scheme}`);
  }
  const publicKey = parseSpki(key.key);
  if (publicKey?.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw invalid(plugin, `its key ${quoted(key.keyid)} is no public key on P-256`);
  }
  return publicKey;
}

/** A public key in SPKI, or nothing. */
export function parseSpki(base64: string): KeyObject | undefined {
  const der = decodeBase64(base64);
  if (der === undefined) return undefined;
  try {
    return createPublicKey({ key: der, format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}

function holds(message: Uint8Array, sig: string, key: KeyObject): boolean {
  const signature = decodeBase64(sig);
  if (signature === undefined || signature.length === 0) return false;
  try {
    return verify('sha256', message, { key, dsaEncoding: 'der' }, signature);
  } catch {
    return false;
  }
}

/** A time that cannot be read is one that has passed. */
function hasEnded({ expires }: RegistryKey, at: number): boolean {
  return expires !== null && !(at < Date.parse(expires));
}

function isRegistryKey(value: unknown): value is RegistryKey {
  if (!isRecord(value)) return false;
  const { keyid, keytype, scheme: by, key, expires } = value;
  return (
    [keyid, keytype, by, key].every((each) => typeof each === 'string') &&
    (expires === null || typeof expires === 'string')
  );
}

function invalid(plugin: string, reason: string): Error {
  return new PluginErrors.SIGNATURE_INVALID({ plugin, reason });
}

function refused(reason: string): Error {
  return new PluginErrors.KEYS_REFUSED({ keys: 'the keys of the registry', reason });
}
