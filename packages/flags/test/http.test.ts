import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test, vi } from 'vitest';
import { createFlags, http, type HttpOptions } from '../src/index.ts';
import { toggle } from './make.ts';
import { answering, tagged } from './answering.ts';

const flagsText = (variant: string): string => JSON.stringify({ flags: { a: toggle(variant) } });
const fast: HttpOptions = { pollMs: 20, maxBackoffMs: 40 };
const waiting = { timeout: 60_000, interval: 5 };

test('a change is polled in, and what did not change is not sent again', async () => {
  let variant = 'on';
  await using server = await answering(tagged(() => flagsText(variant)));
  await using flags = await createFlags({ source: http(server.url, fast) });
  expect(flags.value('a')).toBe(true);
  const count = server.asked.length;
  await expect.poll(() => server.asked.length, waiting).toBeGreaterThan(count + 2);
  expect(server.asked.slice(1).every(({ headers }) => headers['if-none-match'] !== undefined)).toBe(true);
  variant = 'off';
  await expect.poll(() => flags.value('a'), waiting).toBe(false);
  expect(flags.status().version).toBe(2);
});

test('a server without ETag is asked by date', async () => {
  const date = new Date(0).toUTCString();
  await using server = await answering(({ headers }, response) => {
    if (headers['if-modified-since'] === date) response.writeHead(304).end();
    else response.writeHead(200, { 'last-modified': date }).end(flagsText('on'));
  });
  await using flags = await createFlags({ source: http(server.url, fast) });
  await flags.reload();
  expect(server.asked.at(-1)?.headers['if-modified-since']).toBe(date);
  expect(flags.status().lastError).toBeUndefined();
});

test('a server that goes away leaves the flags, says so, and is caught up with when it is back', async () => {
  let variant = 'on';
  await using server = await answering(tagged(() => flagsText(variant)));
  await using flags = await createFlags({ source: http(server.url, fast) });
  await server.stop();
  const lastError = { code: 'seaworthy.flags.SOURCE_FAILED', message: expect.stringContaining('ECONNREFUSED') };
  await expect.poll(() => flags.status(), waiting).toMatchObject({ lastError });
  expect(flags.value('a')).toBe(true);
  variant = 'off';
  await server.start();
  await expect.poll(() => flags.value('a'), waiting).toBe(false);
  expect(flags.status().lastError).toBeUndefined();
});

test('a start without the server serves the last known good flags, and asks again soon although the interval is long', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'flags-http-'));
  const lastKnownGood = join(folder, 'flags.json');
  let variant = 'on';
  await using server = await answering(tagged(() => flagsText(variant)));
  const source = () => http(server.url, { pollMs: 3_600_000, maxBackoffMs: 50 });
  await (await createFlags({ source: source(), lastKnownGood })).close();
  await server.stop();
  await using flags = await createFlags({ source: source(), lastKnownGood });
  expect(flags.value('a')).toBe(true);
  variant = 'off';
  await server.start();
  await expect.poll(() => flags.value('a'), waiting).toBe(false);
  // The last known good flags are still being written.
  await flags.close();
  await rm(folder, { recursive: true });
});

const refused: readonly {
  readonly name: string;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly code: string;
  readonly says: string;
}[] = [
  { name: 'a failure', status: 503, code: 'SOURCE_FAILED', says: 'answered with status 503' },
  { name: 'nothing at that address', status: 404, code: 'SOURCE_FAILED', says: 'answered with status 404' },
  { name: '304 without having been asked', status: 304, code: 'SOURCE_FAILED', says: 'answered with status 304' },
  { name: 'no content', status: 204, code: 'SOURCE_FAILED', says: 'answered with status 204' },
  { name: 'the page of a proxy', body: '<!doctype html>', code: 'NOT_JSON', says: 'are not JSON' },
  { name: 'an empty body', body: '', code: 'NOT_JSON', says: 'there is no text' },
  { name: 'another document', body: '{"a":1}', code: 'INVALID_DOCUMENT', says: 'flags is nothing' },
  { name: 'bytes that are no text', body: Buffer.from([0xff, 0xfe]), code: 'SOURCE_FAILED', says: 'is not UTF-8' },
  { name: 'too much', body: ' '.repeat(2_000), code: 'SOURCE_FAILED', says: 'longer than 1000 bytes' },
  {
    name: 'too much, compressed small',
    headers: { 'content-encoding': 'gzip' },
    body: gzipSync(' '.repeat(1_000_000)),
    code: 'SOURCE_FAILED',
    says: 'longer than 1000 bytes',
  },
  {
    name: 'a redirect in a circle',
    status: 302,
    headers: { location: '/' },
    code: 'SOURCE_FAILED',
    says: 'more than 5 times',
  },
  {
    name: 'a redirect to a file',
    status: 302,
    headers: { location: 'file:///etc/passwd' },
    code: 'SOURCE_FAILED',
    says: 'which is not followed',
  },
];
for (const { name, status = 200, headers = {}, body = '', code, says } of refused) {
  test(`${name} is refused with ${code}, and the flags before it stay`, async () => {
    await using server = await answering(tagged(() => flagsText('on')));
    await using flags = await createFlags({ source: http(server.url, { maxBytes: 1_000 }) });
    server.answer = (_request, response) => response.writeHead(status, headers).end(body);
    const source = http(server.url, { maxBytes: 1_000 });
    await expect(createFlags({ source })).rejects.toMatchObject({
      code: `seaworthy.flags.${code}`,
      message: expect.stringContaining(says),
    });
    if (status === 304) return;
    await expect(flags.reload()).rejects.toMatchObject({ code: `seaworthy.flags.${code}` });
    expect(flags.value('a')).toBe(true);
  });
}

test('a redirect is followed; headers go along in the same place, and not to another one', async () => {
  await using elsewhere = await answering(tagged(() => flagsText('on')));
  await using server = await answering(({ url }, response) => {
    if (url === '/old') response.writeHead(301, { location: '/new' }).end();
    else response.writeHead(307, { location: elsewhere.url }).end();
  });
  const headers = { authorization: 'Bearer secret', 'x-api-key': 'secret' };
  await using flags = await createFlags({ source: http(`${server.url}/old`, { headers }) });
  expect(flags.value('a')).toBe(true);
  expect(server.asked.map((each) => [each.what, each.headers['x-api-key']])).toEqual([
    ['GET /old', 'secret'],
    ['GET /new', 'secret'],
  ]);
  expect(elsewhere.asked.map((each) => [each.headers['x-api-key'], each.headers.authorization])).toEqual([
    [undefined, undefined],
  ]);
});

test('headers of a function are made anew each time', async () => {
  let count = 0;
  await using server = await answering(tagged(() => flagsText('on')));
  const headers = () => Promise.resolve({ authorization: `Bearer ${(count += 1)}` });
  await using flags = await createFlags({ source: http(server.url, { headers }) });
  await flags.reload();
  expect(server.asked.map((each) => each.headers.authorization)).toEqual(['Bearer 1', 'Bearer 2']);
});

test('Retry-After is waited for, although the interval is shorter', async () => {
  await using server = await answering(tagged(() => flagsText('on')));
  await using flags = await createFlags({ source: http(server.url, fast) });
  server.answer = (_request, response) => response.writeHead(429, { 'retry-after': '1' }).end();
  await flags.reload().catch(() => {});
  const busyAt = Date.now();
  const count = server.asked.length;
  await expect.poll(() => server.asked.length, waiting).toBeGreaterThan(count);
  expect(server.asked[count]?.at).toBeGreaterThanOrEqual(busyAt + 900);
});

test('failures are asked about ever more rarely', async () => {
  await using server = await answering(tagged(() => flagsText('on')));
  await using flags = await createFlags({ source: http(server.url, { pollMs: 20, maxBackoffMs: 100_000 }) });
  server.answer = (_request, response) => response.writeHead(500).end();
  const from = server.asked.length;
  await expect.poll(() => server.asked.length - from, waiting).toBeGreaterThan(6);
  const times = server.asked.slice(from).map(({ at }) => at);
  const waits = times.slice(1).map((at, index) => at - Number(times[index]));
  // The shortest, not the first: a machine that stands still makes any of them longer.
  expect(waits.at(-1)).toBeGreaterThan(4 * Math.max(1, Math.min(...waits)));
  expect(flags.value('a')).toBe(true);
});

test('a body that never ends is given up at the deadline', async () => {
  await using server = await answering(tagged(() => flagsText('on')));
  // The first load has the same deadline, which a machine that stands still may let pass.
  const options = { source: http(server.url), loadTimeoutMs: 100 };
  await using flags = await vi.waitFor(async () => createFlags(options), waiting);
  server.answer = (_request, response) => response.writeHead(200).write('{"flags":');
  await expect(flags.reload()).rejects.toThrow('it did not answer within 100 ms');
  expect(flags.value('a')).toBe(true);
});

test('a document of 20,000 flags is taken', async () => {
  const many = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`flag-${index}`, toggle('on')]));
  const text = JSON.stringify({ flags: many });
  await using server = await answering(tagged(() => text));
  await using flags = await createFlags({ source: http(server.url) });
  expect([text.length > 1_000_000, flags.list().length]).toEqual([true, 20_000]);
});

test('after close nothing is asked any more, also while a request is under way', async () => {
  await using server = await answering(tagged(() => flagsText('on')));
  const flags = await createFlags({ source: http(server.url, { pollMs: 5 }) });
  let ended = 0;
  server.answer = (_request, response) => void response.once('close', () => (ended += 1));
  const count = server.asked.length;
  await expect.poll(() => server.asked.length, waiting).toBeGreaterThan(count);
  await flags.close();
  await expect.poll(() => ended, waiting).toBe(server.asked.length - count);
  const after = server.asked.length;
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(server.asked.length).toBe(after);
});

test('a name and a password in the address are sent as they should be', async () => {
  await using server = await answering(tagged(() => flagsText('on')));
  const url = server.url.replace('//', '//ada:p%40ss@');
  await using flags = await createFlags({ source: http(url) });
  expect(server.asked[0]?.headers.authorization).toBe(`Basic ${Buffer.from('ada:p@ss').toString('base64')}`);
  expect(flags.status().source).toBe(`http ${server.url}/`);
});

test('neither a password nor a query is in errors', async () => {
  const source = http('http://ada:secret@127.0.0.1:1/flags?token=secret');
  const error: unknown = await createFlags({ source }).catch((thrown: unknown) => thrown);
  expect(String(error)).toContain('http http://127.0.0.1:1/flags');
  expect(String(error)).not.toContain('secret');
});

for (const { url = 'http://localhost', options = {}, says } of [
  { url: 'ftp://localhost/', says: '`url` to be an address' },
  { url: 'flags.json', says: '`url` to be an address' },
  { options: { pollMs: 0 }, says: '`pollMs` to be a number from 1' },
  { options: { maxBackoffMs: Number.NaN }, says: '`maxBackoffMs`' },
  { options: { maxBytes: 1.5 }, says: '`maxBytes` to be a whole number' },
]) {
  test(`http(${url}, ${JSON.stringify(options)}) is refused`, () => {
    expect(() => http(url, options)).toThrow(says);
  });
}
