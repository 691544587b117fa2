import { createHash, createPublicKey, generateKeyPairSync, sign, type KeyObject, createPrivateKey } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { randomUUID } from 'node:crypto';
import { ServerErrors } from '../../errors.ts';

export interface Signature {
  readonly keyid: string;
  readonly sig: string;
}

/** The key that says: this registry has this archive under this name and version. */
export interface SigningKey {
  /** As `/-/npm/v1/keys` shows it. */
  readonly published: Readonly<Record<'keyid' | 'keytype' | 'scheme' | 'key', string>> & { readonly expires: null };
  sign(name: string, version: string, integrity: string): Signature;
}

/**
 * Reads the key, which is made at the first start and which only the server's user may read.
 *
 * @throws ServerErrors.ARCHIVES_UNREADABLE
 */
export function openSigningKey(path: string): SigningKey {
  try {
    return signingKeyOf(readOrMake(path));
  } catch (cause) {
    const reason = `the signing key ${path}: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new ServerErrors.ARCHIVES_UNREADABLE({ folder: dirname(path), reason }, { cause });
  }
}

/** The key in a text that `makeSigningKey` has made. */
export function signingKeyOf(pem: string): SigningKey {
  return signingKey(createPrivateKey(pem));
}

/** A new key, as the text that is kept. */
export function makeSigningKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function signingKey(privateKey: KeyObject): SigningKey {
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const keyid = `SHA256:${createHash('sha256').update(spki).digest('base64').replace(/=+$/, '')}`;
  const kind = { keytype: 'ecdsa-sha2-nistp256', scheme: 'ecdsa-sha2-nistp256' };
  return {
    published: { expires: null, keyid, ...kind, key: spki.toString('base64') },
    sign: (name, version, integrity) => ({
      keyid,
      sig: sign('sha256', Buffer.from(`${name}@${version}:${integrity}`), privateKey).toString('base64'),
    }),
  };
}

function readOrMake(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const draft = `${path}.${randomUUID()}`;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(draft, makeSigningKey(), { mode: 0o600, flag: 'wx', flush: true });
  try {
    // Whoever was first has made the key; a link never replaces a file.
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return readFileSync(path, 'utf8');
}
