import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** The cost of scrypt: 2^15 blocks of 8 × 128 bytes are 32 MiB and about a tenth of a second. */
const cost = { N: 32_768, r: 8, p: 1 } as const;
const maxmem = 64 * 1_024 * 1_024;
const hashBytes = 32;

/** Kept for an account whose password somebody else has, or nobody. */
export const noPassword = '';

/** A password as it is kept: how it was hashed, its salt and its hash. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, cost);
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64'), hash.toString('base64')].join('$');
}

/** Whether it is the password. Takes as long where there is no such account, which `kept` then is undefined for. */
export async function isPassword(password: string, kept: string | undefined): Promise<boolean> {
  const isKept = kept !== undefined && kept !== noPassword;
  const [, N, r, p, salt = '', hash = ''] = (isKept ? kept : nobody).split('$');
  const expected = Buffer.from(hash, 'base64');
  const given = await derive(password, Buffer.from(salt, 'base64'), { N: Number(N), r: Number(r), p: Number(p) });
  return expected.length === given.length && timingSafeEqual(expected, given) && isKept;
}

const nobody = ['scrypt', cost.N, cost.r, cost.p, 'AAAAAAAAAAAAAAAAAAAAAA==', ''].join('$');

function derive(
  password: string,
  salt: Buffer,
  { N, r, p }: { readonly N: number; readonly r: number; readonly p: number },
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, hashBytes, { N, r, p, maxmem }, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
