import { isSeaworthyError } from '@seaworthy/errors';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createGuard } from '../src/auth.ts';

const token = 'correct-horse-battery-staple';
const none = new Set<string>();
const local = { host: '127.0.0.1' };
function codeOf(run: () => unknown): string {
  try {
    run();
    return 'none';
  } catch (error) {
    return isSeaworthyError(error) ? error.code : 'no code';
  }
}

const bearer = { ...local, authorization: `Bearer ${token}` };

describe('a guard without a token', () => {
  const guard = createGuard(undefined, none);
  test('(1) shows values to everyone and refuses every write', () => {
    for (const headers of [local, bearer, { ...local, authorization: 'Bearer undefined' }]) {
      expect(guard.mayRead(headers)).toBe(true);
      expect(() => guard.checkWrite(headers)).toThrow('Without a token nothing can be changed.');
    }
  });
});

describe('a guard with a token', () => {
  const guard = createGuard(token, none);

  test('(2) the token opens values and writes', () => {
    expect(guard.mayRead(bearer)).toBe(true);
    expect(() => guard.checkWrite(bearer)).not.toThrow();
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
        expect(guard.mayRead(headers)).toBe(false);
        expect(() => guard.checkWrite(headers)).toThrow('This needs the management token.');
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
      const guard = createGuard(token, new Set(['app.internal']));
      expect(codeOf(() => guard.mayRead({ host }))).toBe(isKnown ? 'none' : 'seaworthy.management.HOST_REFUSED');
      expect(guard.mayRead({ ...bearer, host })).toBe(true);
    });
  }
});

test('(4) a page of another site is refused, with the token too', () => {
  const guard = createGuard(token, none);
  for (const origin of ['https://evil.example', 'null', '', 'http://127.0.0.1:81']) {
    expect(() => guard.mayRead({ ...bearer, origin })).toThrow('may not ask this server');
  }
  expect(guard.mayRead({ ...bearer, host: '127.0.0.1', origin: 'http://127.0.0.1' })).toBe(true);
});
