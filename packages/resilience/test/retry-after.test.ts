import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { parseRetryAfter, retryAfterMs } from '../src/index.ts';

const now = Date.parse('2026-01-01T00:00:00Z');

const headers = [
  { value: '120', ms: 120_000 },
  { value: ' 0 ', ms: 0 },
  { value: 1.5, ms: 1_500 },
  { value: new Date(now + 5_000), ms: 5_000 },
  { value: 'Thu, 01 Jan 2026 00:01:00 GMT', ms: 60_000 },
  { value: 'Thursday, 01-Jan-26 00:01:00 GMT', ms: 60_000 },
  { value: 'Wed, 31 Dec 2025 23:59:00 GMT', ms: 0 },
  { value: 'Thu Jan  1 00:01:00 2026', ms: 60_000 },
  { value: '9999999999', ms: 9_999_999_999_000 },
  { value: '9'.repeat(400), ms: Infinity },
  { value: '-1', ms: undefined },
  { value: '1e3', ms: undefined },
  { value: -5, ms: undefined },
  { value: Number.NaN, ms: undefined },
  { value: 'soon', ms: undefined },
  { value: '', ms: undefined },
  { value: new Date(Number.NaN), ms: undefined },
  { value: { valueOf: () => 5 }, ms: undefined },
];
for (const { value, ms } of headers) {
  test(`Retry-After ${String(value)} means ${ms} ms`, () => {
    expect(parseRetryAfter(value, now)).toBe(ms);
  });
}

const carriers = [
  { what: 'an error with retryAfter', value: Object.assign(new Error('busy'), { retryAfter: 3 }) },
  { what: 'an error with retryAfterMs', value: { retryAfterMs: 3_000 } },
  { what: 'a fetch response', value: new Response('', { headers: { 'Retry-After': '3' } }) },
  { what: 'a Node response', value: { headers: { 'retry-after': '3' } } },
  { what: 'a response of undici or node-fetch', value: { headers: new Map([['retry-after', '3']]) } },
  { what: 'an error with a response', value: { response: { headers: { 'Retry-After': '3' } } } },
  { what: 'a catalogued error', value: { params: { retryAfterMs: 3_000 } } },
];
for (const { what, value } of carriers) {
  test(`${what} carries its wait`, () => {
    expect(retryAfterMs(value, now)).toBe(3_000);
  });
}

test('a date without a zone means GMT, wherever the program runs', () => {
  const source = new URL('../src/retry-after.ts', import.meta.url).href;
  const program = `import { parseRetryAfter } from '${source}'; process.stdout.write(String(parseRetryAfter('Thu Jan  1 00:01:00 2026', ${now})))`;
  const env = { ...process.env, TZ: 'America/New_York', NODE_OPTIONS: '' };
  expect(execFileSync(process.execPath, ['--input-type=module', '-e', program], { env, encoding: 'utf8' })).toBe(
    '60000',
  );
});

const hostile = new Proxy(
  {},
  {
    get() {
      throw new Error('no');
    },
  },
);
for (const value of [undefined, null, 'text', 5, {}, { headers: null }, { retryAfterMs: -1 }, hostile]) {
  test(`${typeof value} without a wait has none`, () => {
    expect(retryAfterMs(value, now)).toBe(undefined);
  });
}
