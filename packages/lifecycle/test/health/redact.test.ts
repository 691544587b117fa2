import fc from 'fast-check';
import { expect, test } from 'vitest';
import { publicUrl, withoutSecrets } from '../../src/health/redact.ts';

const messages: { says: string; shows: string }[] = [
  {
    says: 'connect to postgres://app:hunter2@db:5432/x failed',
    shows: 'connect to postgres://[redacted]@db:5432/x failed',
  },
  { says: 'redis://:p@ss:word@cache:6379 timed out', shows: 'redis://[redacted]@cache:6379 timed out' },
  { says: 'GET https://ghp_abc@host/ failed', shows: 'GET https://[redacted]@host/ failed' },
  { says: 'sent Authorization: Bearer eyJ.a-b_c/d==', shows: 'sent Authorization: Bearer [redacted]' },
  { says: 'GET /a?api_key=123&page=2 gave 500', shows: 'GET /a?api_key=[redacted]&page=2 gave 500' },
  { says: '{"access_token": "abc", "user": "eva"}', shows: '{"access_token": [redacted], "user": "eva"}' },
  { says: "password='a b' host=db", shows: 'password=[redacted] host=db' },
  { says: 'connect ECONNREFUSED 127.0.0.1:5432', shows: 'connect ECONNREFUSED 127.0.0.1:5432' },
  { says: 'mail to a@b.c is late', shows: 'mail to a@b.c is late' },
];
for (const { says, shows } of messages) {
  test(`"${says}" is shown as "${shows}"`, () => {
    expect(withoutSecrets(says)).toBe(shows);
  });
}

test('a password in an address or a setting is never shown, whatever stands around it', () => {
  const words = fc.string({ maxLength: 40 });
  const secrets = fc.stringMatching(/^[a-zA-Z0-9]{12,20}$/);
  fc.assert(
    fc.property(words, secrets, words, fc.boolean(), (before, secret, after, isAddress) => {
      const planted = isAddress ? `mysql://root:${secret}@db/` : `password=${secret}`;
      expect(withoutSecrets(`${before} ${planted} ${after}`)).not.toContain(secret);
    }),
  );
});

test('a long message is cut after 500 characters, in time that grows with it and not faster', () => {
  expect(withoutSecrets('x'.repeat(10_000_000))).toBe(`${'x'.repeat(500)}…`);
  expect(withoutSecrets('a:/'.repeat(1_000_000))).toHaveLength(501);
});

const addresses: { url: string; shows: string }[] = [
  { url: 'https://u:p@host:8443/health?token=1#x', shows: 'https://host:8443/health' },
  { url: 'http://host/', shows: 'http://host/' },
  { url: 'unix://u:p@sock/path', shows: 'unix://sock/path' },
  { url: 'token=abc', shows: 'token=[redacted]' },
];
for (const { url, shows } of addresses) {
  test(`the address ${url} is shown as ${shows}`, () => {
    expect(publicUrl(url)).toBe(shows);
  });
}
