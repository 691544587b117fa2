import { createHash, createPublicKey, type KeyObject } from 'node:crypto';

/** The name of a key: the SHA-256 of its public half in SPKI, in hex. Nobody can give a key the name of another. */
export function keyIdOf(key: KeyObject): string {
  return createHash('sha256').update(spkiOf(key)).digest('hex');
}

/** The public half of a key in base64: what stands in a keys file. */
export function publicKeyText(key: KeyObject): string {
  return spkiOf(key).toString('base64');
}

function spkiOf(key: KeyObject): Buffer {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  return publicKey.export({ format: 'der', type: 'spki' });
}
