import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PluginErrors } from '../../src/index.ts';
import { checkIntegrity, integrityOf, parseIntegrity, throughIntegrity } from '../../src/trust.ts';

const bytes = Buffer.from('a packed plugin');
const sri = (algorithm: string, content: Uint8Array = bytes): string =>
  `${algorithm}-${createHash(algorithm).update(content).digest('base64')}`;
const sha512 = sri('sha512');

test('the bytes that were meant pass, and no others', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ maxLength: 200 }), async (one, other) => {
      await checkIntegrity(one, integrityOf(one));
      fc.pre(Buffer.compare(one, other) !== 0);
      await expect(checkIntegrity(other, integrityOf(one))).rejects.toThrow('Expected the integrity');
    }),
  );
});

test('a mismatch says what was expected and what came', async () => {
  const error = await checkIntegrity(Buffer.from('other'), sha512).catch((thrown: unknown) => thrown);
  expect(PluginErrors.INTEGRITY_MISMATCH.is(error)).toBe(true);
  expect(String(error)).toContain(sha512);
  expect(String(error)).toContain(sri('sha512', Buffer.from('other')));
});

describe('several hashes', () => {
  test('one of the strongest has to fit', async () => {
    const text = `${sri('sha512', Buffer.from('another release'))} ${sha512}`;
    await expect(checkIntegrity(bytes, text)).resolves.toBeUndefined();
  });
  test('a weaker one that fits does not help', async () => {
    const wrong = sri('sha512', Buffer.from('other'));
    await expect(checkIntegrity(bytes, `${sri('sha256')} ${wrong}`)).rejects.toThrow('Expected the integrity');
  });
  test('a weaker one that does not fit does not hurt', async () => {
    const text = `${sri('sha256', Buffer.from('other'))} ${sha512}`;
    await expect(checkIntegrity(bytes, text)).resolves.toBeUndefined();
  });
  test('only the strongest are read', () => {
    const text = `${sri('sha256')}\n\t${sri('sha384')}  ${sri('sha384', Buffer.from('other'))}`;
    expect(parseIntegrity(text, { minimum: 'sha256' }).map(({ algorithm }) => algorithm)).toEqual(['sha384', 'sha384']);
  });
  test('options and unknown algorithms are passed over', () => {
    expect(parseIntegrity(`md5-abc sha1-def sha1024-xyz ${sha512}?foo=bar`)).toEqual([
      { algorithm: 'sha512', digest: createHash('sha512').update(bytes).digest(), options: 'foo=bar' },
    ]);
  });
});

describe('an integrity text is refused', () => {
  const digest = createHash('sha512').update(bytes).digest('base64');
  const texts: readonly (readonly [title: string, text: string])[] = [
    ['when it is empty', ''],
    ['when it is only spaces', ' \n '],
    ['when it is of a weak algorithm', sri('sha256')],
    ['when it is of an old algorithm', sri('sha1')],
    ['when its algorithm is in capitals', `SHA512-${digest}`],
    ['when the hash is of another length', `sha512-${createHash('sha256').update(bytes).digest('base64')}`],
    ['when the hash is cut off', `sha512-${digest.slice(0, -4)}`],
    ['when it has a line break inside', `sha512-${digest.slice(0, 20)}\n${digest.slice(20)}`],
    [
      'when it has bits that are thrown away',
      `sha512-${digest.slice(0, -3)}${String.fromCharCode(digest.charCodeAt(85) + 1)}==`,
    ],
    ['when it has no padding that is too long', `sha512-${digest}=`],
    ['when it is hexadecimal', `sha512-${createHash('sha512').update(bytes).digest('hex')}`],
    ['when a name of every object stands in front', `constructor-${digest}`],
  ];
  for (const [title, text] of texts) {
    test(title, () => {
      expect(() => parseIntegrity(text)).toThrow('has no whole hash of sha512 or stronger');
    });
  }
});

test('the URL alphabet and missing padding are the same hash', async () => {
  const digest = createHash('sha512').update(bytes).digest('base64url');
  await expect(checkIntegrity(bytes, `sha512-${digest}`)).resolves.toBeUndefined();
});

test('a stream is checked as it passes, and refused at its end', async () => {
  const passed: Buffer[] = [];
  const chunks = throughIntegrity(Readable.from([Buffer.from('a packed '), Buffer.from('plugin!')]), sha512);
  const reading = (async () => {
    for await (const chunk of chunks) passed.push(Buffer.from(chunk));
  })();
  await expect(reading).rejects.toThrow('Expected the integrity');
  expect(Buffer.concat(passed).toString()).toBe('a packed plugin!');
});

test('a stream that fits ends without a word', async () => {
  const stream = Readable.from([Buffer.from('a packed '), Buffer.from('plugin')]);
  await expect(checkIntegrity(stream, sha512)).resolves.toBeUndefined();
});
