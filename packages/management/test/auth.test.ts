import { isSeaworthyError } from '@seaworthy/errors';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createGuard, type AccessHeaders, type Guard } from '../src/auth.ts';

const token = 'correct-horse-battery-staple';
const remote = '127.0.0.1';
const local = { host: '127.0.0.1' };
const bearer = { ...local, authorization: `Bearer ${token}` };

function guardOf(options: { token?: string; names?: readonly string[]; failuresPerMinute?: number } = {}): Guard {
  const { token: own, names = [], failuresPerMinute = 1e6 } = options;
  return createGuard({ token: own, allowedHosts: new Set(names), failuresPerMinute });
}

function codeOf(guard: Guard, headers: AccessHeaders): string {
  try {
    guard.look(headers, remote);
    return 'none';
  } catch (error) {
    return isSeaworthyError(error) ? error.code : 'no code';
  }
}

test('(1) without a token everyone sees values and nobody writes', () => {
  for (const headers of [local, bearer, { ...local, authorization: 'Bearer undefined' }]) {
    expect(guardOf().look(headers, remote)).toEqual({ isTrusted: true, mayWrite: false });
  }
});

describe('a guard with a token', () => {
  const guard = guardOf({ token });

  test('(2) the token opens values and writes', () => {
    expect(guard.look(bearer, remote)).toEqual({ isTrusted: true, mayWrite: true });
  });

  test('(2, 3) nothing but the token does', () => {
    const other = fc.oneof(
      fc.string(),
      fc.constantFrom(token.slice(1), token.toUpperCase(), `${token} `, `${token}\0`),
    );
    fc.assert(
      fc.property(other, (text) => {
        fc.pre(text.trimEnd() !== token || text !== text.trimEnd());
        const headers = { ...local, authorization: `Bearer ${text}` };
        expect(guard.look(headers, remote)).toEqual({ isTrusted: false, mayWrite: false });
      }),
    );
  });
});

describe('(4) names', () => {
  const cases: { host: string | undefined; isKnown: boolean }[] = [
    { host: 'localhost:1', isKnown: true },
    { host: '[fe80::1]', isKnown: true },
    { host: '::1', isKnown: false },
    { host: 'app.internal', isKnown: true },
    { host: 'app.internal.', isKnown: false },
    { host: undefined, isKnown: false },
    { host: '', isKnown: false },
    { host: '[localhost]', isKnown: false },
  ];
  for (const { host, isKnown } of cases) {
    test(`${String(host)} is ${isKnown ? 'known' : 'refused without the token'}`, () => {
      const guard = guardOf({ token, names: ['app.internal'] });
      expect(codeOf(guard, { host })).toBe(isKnown ? 'none' : 'seaworthy.management.HOST_REFUSED');
      expect(guard.look({ ...bearer, host }, remote).isTrusted).toBe(true);
    });
  }
});

test('(4) a page of another site is refused, with the token too', () => {
  const guard = guardOf({ token });
  for (const origin of ['https://evil.example', 'null', '', 'http://127.0.0.1:81']) {
    expect(codeOf(guard, { ...bearer, origin })).toBe('seaworthy.management.ORIGIN_REFUSED');
  }
  expect(codeOf(guard, { ...bearer, host: '127.0.0.1', origin: 'http://127.0.0.1' })).toBe('none');
});

const fetched: { site: string; mode: string; isAnswered: boolean }[] = [
  { site: 'cross-site', mode: 'no-cors', isAnswered: false },
  { site: 'same-site', mode: 'no-cors', isAnswered: false },
  { site: 'cross-site', mode: 'navigate', isAnswered: true },
  { site: 'same-origin', mode: 'cors', isAnswered: true },
  { site: 'none', mode: 'navigate', isAnswered: true },
];
for (const { site, mode, isAnswered } of fetched) {
  test(`(4) a ${mode} request from ${site} is ${isAnswered ? 'answered' : 'refused'}, though it names no origin`, () => {
    const headers = { ...local, 'sec-fetch-site': site, 'sec-fetch-mode': mode };
    expect(codeOf(guardOf(), headers)).toBe(isAnswered ? 'none' : 'seaworthy.management.ORIGIN_REFUSED');
  });
}

test('(5) after too many wrong tokens the right one is not looked at either, from that address', () => {
  const guard = guardOf({ token, failuresPerMinute: 3 });
  for (let count = 0; count < 3; count += 1) guard.look({ ...local, authorization: 'Bearer wrong' }, remote);
  expect(codeOf(guard, bearer)).toBe('seaworthy.management.TOO_MANY_REQUESTS');
  expect(guard.look(bearer, '127.0.0.2').mayWrite).toBe(true);
  expect(guard.look(local, remote)).toEqual({ isTrusted: false, mayWrite: false });
});
