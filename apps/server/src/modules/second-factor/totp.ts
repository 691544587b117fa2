// Codes of an authenticator, by RFC 6238: HMAC-SHA-1 of the number of the half minute since 1970, which all authenticators know.
import { createHmac, timingSafeEqual } from 'node:crypto';

export const stepMs = 30_000;

/** A code that is a step too early or too late is good: clocks differ, and people type. */
const tolerance = 1;

export function stepAt(ms: number): number {
  return Math.floor(ms / stepMs);
}

/** @param digits @default 6 */
export function codeAt(secret: Uint8Array, step: number, digits = 6): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const offset = (mac.at(-1) as number) & 0xf;
  const number = mac.readUInt32BE(offset) & 0x7fff_ffff;
  return String(number % 10 ** digits).padStart(digits, '0');
}

/** The step whose code it is, of those that are later than `after`; undefined when it is none of them. */
export function stepOf(
  code: string,
  secret: Uint8Array,
  { ms, after }: { readonly ms: number; readonly after: number },
): number | undefined {
  const now = stepAt(ms);
  const given = Buffer.from(code);
  let found: number | undefined;
  // All of them each time: how long it takes tells nothing.
  for (let step = now - tolerance; step <= now + tolerance; step += 1) {
    const expected = Buffer.from(codeAt(secret, step));
    const isSame = given.length === expected.length && timingSafeEqual(given, expected);
    if (isSame && step > after) found ??= step;
  }
  return found;
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** By RFC 4648, without padding: how authenticators take a secret. */
export function toBase32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? []).map((part) => letters[Number.parseInt(part.padEnd(5, '0'), 2)]).join('');
}

/** What an authenticator reads from a picture, or an address that it opens. */
export function otpauthUrl({
  secret,
  account,
  issuer,
}: {
  readonly secret: string;
  readonly account: string;
  readonly issuer: string;
}): string {
  const query = new URLSearchParams({ secret, issuer });
  return `otpauth://totp/${encodeURIComponent(issuer)}:${encodeURIComponent(account)}?${query.toString()}`;
}
