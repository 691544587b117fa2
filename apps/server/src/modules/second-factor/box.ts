// What the server has to read again itself, such as the secret of an authenticator, is kept under a key that is not in the same place.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { readOrMake, type SharedText } from '../../storage/secrets.ts';

export interface Box {
  /** @param label What it is for; it opens with the same label only. */
  seal(text: string, label: string): Promise<string>;
  /** Undefined when it was not sealed here for that label. */
  open(sealed: string, label: string): Promise<string | undefined>;
}

const [algorithm, keyBytes, ivBytes, tagBytes] = ['aes-256-gcm', 32, 12, 16] as const;

/** @param key Made at the first use. */
export function createBox(key: SharedText): Box {
  let known: Promise<Buffer> | undefined;
  const read = (): Promise<Buffer> => {
    const reading = (known ??= readOrMake(key, () => randomBytes(keyBytes).toString('base64')).then((text) =>
      Buffer.from(text.trim(), 'base64'),
    ));
    // A store that was away is asked again.
    reading.catch(() => (known = undefined));
    return reading;
  };
  return {
    async seal(text, label) {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv(algorithm, await read(), iv).setAAD(Buffer.from(label));
      const content = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), content]).toString('base64url');
    },
    async open(sealed, label) {
      const bytes = Buffer.from(sealed, 'base64url');
      if (bytes.length < ivBytes + tagBytes) return undefined;
      const decipher = createDecipheriv(algorithm, await read(), bytes.subarray(0, ivBytes), {
        authTagLength: tagBytes,
      })
        .setAAD(Buffer.from(label))
        .setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
      try {
        const text = Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()]);
        return text.toString('utf8');
      } catch {
        return undefined;
      }
    },
  };
}
