import { codeAt, stepAt } from '../../src/modules/second-factor/totp.ts';

/** What shows codes: it knows the secret as it was shown, and whether it has shown a code before. */
export interface Authenticator {
  /** A code that was not shown before. The one after this is good half a minute early, so nobody waits for a second one. */
  next(): string;
}

export function authenticator(base32: string): Authenticator {
  const secret = fromBase32(base32);
  let last = 0;
  return {
    next() {
      last = Math.max(stepAt(Date.now()), last + 1);
      return codeAt(secret, last);
    },
  };
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export function fromBase32(text: string): Buffer {
  const bits = Array.from(text, (letter) => letters.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
