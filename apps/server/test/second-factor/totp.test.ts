import { expect, test } from 'vitest';
import { codeAt, otpauthUrl, stepAt, stepMs, stepOf, toBase32 } from '../../src/modules/second-factor/totp.ts';
import { fromBase32 } from '../support/authenticator.ts';

const secret = Buffer.from('12345678901234567890');

// RFC 6238, appendix B: those of SHA-1.
const vectors = [
  { seconds: 59, code: '94287082' },
  { seconds: 1_111_111_109, code: '07081804' },
  { seconds: 1_111_111_111, code: '14050471' },
  { seconds: 1_234_567_890, code: '89005924' },
  { seconds: 2_000_000_000, code: '69279037' },
  { seconds: 20_000_000_000, code: '65353130' },
];
for (const { seconds, code } of vectors) {
  test(`the code at ${seconds} s is ${code}, as RFC 6238 has it`, () => {
    expect(codeAt(secret, stepAt(seconds * 1_000), 8)).toBe(code);
    expect(codeAt(secret, stepAt(seconds * 1_000))).toBe(code.slice(2));
  });
}

// RFC 4648, section 10, without padding.
const texts = { '': '', f: 'MY', fo: 'MZXQ', foo: 'MZXW6', foob: 'MZXW6YQ', fooba: 'MZXW6YTB', foobar: 'MZXW6YTBOI' };
for (const [text, base32] of Object.entries(texts)) {
  test(`"${text}" is "${base32}" in base 32, as RFC 4648 has it`, () => {
    expect(toBase32(Buffer.from(text))).toBe(base32);
    expect(fromBase32(base32).toString()).toBe(text);
  });
}

test('a code of a step before or after is good, one of two is not, and none that is not later than the last one', () => {
  const ms = 1_000 * stepMs;
  const of = (step: number, after = 0) => stepOf(codeAt(secret, step), secret, { ms, after });
  expect([998, 999, 1_000, 1_001, 1_002].map((step) => of(step))).toEqual([undefined, 999, 1_000, 1_001, undefined]);
  expect([of(1_000, 1_000), of(999, 1_000), of(1_001, 1_000)]).toEqual([undefined, undefined, 1_001]);
});

test('what is no code is none: too short, too long, other letters, other digits', () => {
  const code = codeAt(secret, 1_000);
  for (const wrong of ['', code.slice(1), `${code}0`, 'abcdef', '１２３４５６', `${code.slice(0, 5)}x`]) {
    expect(stepOf(wrong, secret, { ms: 1_000 * stepMs, after: 0 })).toBeUndefined();
  }
});

test('the address names account and issuer, whatever is in them', () => {
  const url = new URL(otpauthUrl({ secret: 'ABC', account: 'a b', issuer: 'localhost:8080' }));
  expect(url.href).toBe('otpauth://totp/localhost%3A8080:a%20b?secret=ABC&issuer=localhost%3A8080');
});
