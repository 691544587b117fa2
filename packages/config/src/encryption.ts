import { ConfigErrors } from './errors.ts';
import { node } from './node.ts';
import { isSecret, type Secret } from './secret.ts';

/** The passphrase of an encrypted file, or a function that fetches it, from a mounted file for example. */
export type Passphrase = string | Secret | (() => string | Secret | Promise<string | Secret>);

/** How much work the key derivation is. */
interface Cost {
  /** Binary logarithm of scrypt's N. */
  readonly log2N: number;
  readonly r: number;
  readonly p: number;
}

/** An encrypted text, as JSON. All of it but `tag` and `data` is authenticated with the data. */
interface Envelope extends Cost {
  readonly format: 'seaworthy-encrypted-1';
  readonly salt: string;
  readonly iv: string;
  readonly tag: string;
  readonly data: string;
}

// What OWASP's Password Storage Cheat Sheet asks for at least: N = 2^17, r = 8, p = 1, which takes 128 MiB.
const strong: Cost = { log2N: 17, r: 8, p: 1 };
// A file must not be able to make the program use gigabytes, or hardly any work at all.
const allowed = { log2N: { min: 14, max: 20 }, r: { min: 8, max: 16 }, p: { min: 1, max: 4 } } as const;
const format = 'seaworthy-encrypted-1';

/**
 * Encrypts by AES-256-GCM with a key that scrypt (RFC 7914) derives from the passphrase, with a new salt and nonce.
 *
 * @throws seaworthy.config.NO_PASSPHRASE
 */
export async function encryptText(text: string, passphrase: Passphrase, cost: Partial<Cost> = {}): Promise<string> {
  const { createCipheriv, randomBytes } = node.crypto;
  const salt = randomBytes(16);
  const iv = randomBytes(12);
  const head = { format, ...strong, ...cost, salt: salt.toString('base64'), iv: iv.toString('base64') } as const;
  const cipher = createCipheriv('aes-256-gcm', await deriveKey(passphrase, salt, head), iv);
  cipher.setAAD(authenticated(head));
  const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  const envelope: Envelope = { ...head, tag: cipher.getAuthTag().toString('base64'), data: data.toString('base64') };
  return `${JSON.stringify(envelope, undefined, 2)}\n`;
}

/** The text, or why there is none. Nothing of a file that was changed is ever given out. */
export async function decryptText(
  sealed: string,
  passphrase: Passphrase,
): Promise<{ readonly text: string } | { readonly problem: string }> {
  const envelope = parseEnvelope(sealed);
  if (envelope === undefined) return { problem: 'is no file that `encryptText` wrote, or a part of it is missing.' };
  const { iv, salt, tag, data, ...rest } = envelope;
  const key = await deriveKey(passphrase, Buffer.from(salt, 'base64'), rest);
  try {
    const decipher = node.crypto.createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64'), { authTagLength: 16 });
    decipher.setAAD(authenticated({ ...rest, salt, iv }));
    decipher.setAuthTag(Buffer.from(tag, 'base64'));
    return { text: decipher.update(data, 'base64', 'utf8') + decipher.final('utf8') };
  } catch {
    return { problem: 'could not be decrypted: the passphrase is not the right one, or the file was changed.' };
  }
}

function authenticated({ format: name, log2N, r, p, salt, iv }: Omit<Envelope, 'tag' | 'data'>): Buffer {
  return Buffer.from(JSON.stringify([name, log2N, r, p, salt, iv]));
}

async function deriveKey(passphrase: Passphrase, salt: Buffer, { log2N, r, p }: Cost): Promise<Buffer> {
  const given = typeof passphrase === 'function' ? await passphrase() : passphrase;
  const text = isSecret(given) ? given.reveal() : given;
  if (typeof text !== 'string' || text === '') throw new ConfigErrors.NO_PASSPHRASE();
  const options = { N: 2 ** log2N, r, p, maxmem: 256 * 2 ** log2N * r };
  return new Promise((resolve, reject) => {
    node.crypto.scrypt(text, salt, 32, options, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}

function parseEnvelope(sealed: string): Envelope | undefined {
  let value: unknown;
  try {
    value = JSON.parse(sealed);
  } catch {
    return undefined;
  }
  return isEnvelope(value) ? value : undefined;
}

function isEnvelope(value: unknown): value is Envelope {
  if (typeof value !== 'object' || value === null || Reflect.get(value, 'format') !== format) return false;
  const isText = ['salt', 'iv', 'tag', 'data'].every((name) => typeof Reflect.get(value, name) === 'string');
  const isSane = Object.entries(allowed).every(([name, { min, max }]) => {
    const cost: unknown = Reflect.get(value, name);
    return Number.isInteger(cost) && Number(cost) >= min && Number(cost) <= max;
  });
  return isText && isSane;
}
