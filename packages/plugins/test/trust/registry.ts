// What a registry does: it has keys, and signs what is published.
import { createHash, sign, type KeyObject } from 'node:crypto';
import { publicKeyText } from '../../src/trust.ts';
import type { RegistryKey, SignedVersion } from '../../src/trust.ts';

export function registryKey(publicKey: KeyObject, changes: Partial<RegistryKey> = {}): RegistryKey {
  const key = publicKeyText(publicKey);
  const keyid = `SHA256:${createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64').replace(/=+$/, '')}`;
  return { expires: null, keyid, keytype: 'ecdsa-sha2-nistp256', scheme: 'ecdsa-sha2-nistp256', key, ...changes };
}

export function signedVersion(
  { name, version, integrity }: Pick<SignedVersion, 'name' | 'version' | 'integrity'>,
  privateKey: KeyObject,
  keyid: string,
): SignedVersion {
  const sig = sign('sha256', Buffer.from(`${name}@${version}:${integrity}`), privateKey).toString('base64');
  return { name, version, integrity, signatures: [{ keyid, sig }] };
}
