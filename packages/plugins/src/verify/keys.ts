// (1) The first keys file is signed by the roots that the application names; a later one by the roots of the one before it,
//     and, when it names other roots, by those as well.
// (2) A version never goes back, and there is one file for each version.
// (3) A file that has expired, or whose time cannot be read, proves nothing.
import { createHash, type KeyObject } from 'node:crypto';
import { PluginErrors } from '../errors.ts';
import { openEnvelope, signEnvelope, type Envelope } from './dsse.ts';
import { readKeysContent, type KeysContent, type PublisherKey } from './keys-content.ts';
import { keyIdOf } from './key-id.ts';
import { parseSpki } from './registry-signature.ts';

/** The payload type of keys files. */
const keysType = 'application/vnd.seaworthy.plugin-keys+json';

/** Who may sign keys files: public ed25519 keys, and how many of them have to agree. */
export interface Roots {
  readonly keys: readonly KeyObject[];
  /** @default 1 */
  readonly threshold?: number;
}

/** Which file is the newest that was ever accepted. */
export interface SeenKeys {
  readonly version: number;
  /** SHA-256 of its payload, in hex. */
  readonly digest: string;
}

/** The keys of publishers, checked. */
export interface KeyRing {
  readonly version: number;
  /** When it ends, in ISO 8601. */
  readonly expires: string;
  readonly digest: string;
  /** Who has to sign the next version. */
  readonly roots: Roots;
  /** A key with what is known about it, whether it may be used or not. */
  find(keyid: string): RingKey | undefined;
  readonly keys: readonly RingKey[];
}

export interface RingKey extends PublisherKey {
  readonly keyid: string;
  readonly publicKey: KeyObject;
}

export interface OpenKeysOptions {
  /** The newest that was accepted before. */
  readonly seen?: SeenKeys;
  /** Milliseconds since 1970. @default Date.now() */
  readonly now?: number;
}

/** Signs a keys file with the offline roots; when it names new roots, with the old ones and the new ones. @throws KEYS_REFUSED */
export function signKeys(content: KeysContent, rootKeys: readonly KeyObject[]): Envelope {
  const checked = readKeysContent(JSON.parse(JSON.stringify(content)));
  if (typeof checked === 'string') throw refused(checked);
  return signEnvelope(keysType, Buffer.from(JSON.stringify(content)), rootKeys);
}

/**
 * Opens keys files: the versions one after the other, of which the last one counts. Give more than one when the roots have
 * changed since the application was built.
 *
 * @throws KEYS_REFUSED
 */
export function openKeys(envelopes: readonly unknown[], roots: Roots, options: OpenKeysOptions = {}): KeyRing {
  const { seen, now = Date.now() } = options;
  const ring = envelopes.reduce<KeyRing | undefined>((before, each) => openNext(each, before, roots), undefined);
  if (ring === undefined) throw refused('there is none');
  if (seen !== undefined && ring.version < seen.version) {
    throw refused(`it is version ${ring.version}, and version ${seen.version} was accepted before`);
  }
  if (ring.version === seen?.version && ring.digest !== seen.digest) {
    throw refused(`it is another version ${ring.version} than the one that was accepted before`);
  }
  if (!(now < Date.parse(ring.expires))) throw refused(`it expired at ${ring.expires}`);
  return ring;
}

/** Says why a key must not be used now; nothing when it may. */
export function keyProblem({ from, until, revoked }: PublisherKey, now: number): KeyProblem | undefined {
  if (revoked !== undefined) return { kind: 'revoked', at: revoked.at, reason: revoked.reason ?? 'no reason given' };
  if (until !== undefined && !(now < Date.parse(until))) return { kind: 'expired', at: until };
  if (from !== undefined && !(now >= Date.parse(from))) return { kind: 'early', at: from };
  return undefined;
}

export interface KeyProblem {
  readonly kind: 'revoked' | 'expired' | 'early';
  readonly at: string;
  readonly reason?: string;
}

function openNext(envelope: unknown, before: KeyRing | undefined, pinned: Roots): KeyRing {
  const old = before?.roots ?? pinned;
  const payload = expectSigned(envelope, old, 'the roots that may sign it');
  const content = readKeysContent(parse(payload));
  if (typeof content === 'string') throw refused(content);
  if (before && content.version <= before.version) {
    throw refused(`version ${content.version} follows on version ${before.version}`);
  }
  const roots = content.roots ? rootsOf(content.roots) : old;
  if (content.roots) expectSigned(envelope, roots, 'its new roots');
  return ringOf(content, roots, createHash('sha256').update(payload).digest('hex'));
}

function expectSigned(envelope: unknown, { keys, threshold = 1 }: Roots, whom: string): Uint8Array {
  const opened = openEnvelope(envelope, { payloadType: keysType, keys, threshold });
  if (typeof opened === 'string') throw refused(`${opened} (asked for: ${whom})`);
  return opened.payload;
}

function rootsOf({ keys, threshold }: NonNullable<KeysContent['roots']>): Roots {
  return { keys: keys.map(publicKeyOf), ...(threshold !== undefined && { threshold }) };
}

function ringOf(content: KeysContent, roots: Roots, digest: string): KeyRing {
  const keys = content.keys.map((each) => {
    const publicKey = publicKeyOf(each.key);
    return { ...each, publicKey, keyid: keyIdOf(publicKey) };
  });
  const byId = new Map(keys.map((each) => [each.keyid, each]));
  if (byId.size < keys.length) throw refused('it has a key twice');
  return { version: content.version, expires: content.expires, digest, roots, keys, find: (keyid) => byId.get(keyid) };
}

function publicKeyOf(base64: string): KeyObject {
  const key = parseSpki(base64);
  if (key?.asymmetricKeyType !== 'ed25519') throw refused('one of its keys is no public ed25519 key');
  return key;
}

function parse(payload: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(payload).toString('utf8'));
  } catch (cause) {
    throw refused('what is signed is no JSON', cause);
  }
}

export function refused(reason: string, cause?: unknown): Error {
  return new PluginErrors.KEYS_REFUSED({ keys: 'the keys file', reason }, cause === undefined ? {} : { cause });
}
