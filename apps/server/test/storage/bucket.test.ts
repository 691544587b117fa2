// A bucket as ours asks it, against a server that judges each signature and fails in the ways that servers fail.
import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ServerErrors } from '../../src/errors.ts';
import { openCheckedBucket } from '../../src/storage/bucket/open.ts';
import { createResilience } from '@seaworthy/resilience';
import { s3Keys, startS3Server, type Fault, type S3Server } from '../support/s3-server.ts';
import { testBucket, type TestBucket } from '../support/test-bucket.ts';
import { unusedPort } from '../support/unused-port.ts';

let s3: S3Server;
let bucket: TestBucket;

beforeEach(async () => {
  s3 = await startS3Server();
  bucket = testBucket(s3);
});
afterEach(async () => {
  await bucket[Symbol.asyncDispose]();
  await s3[Symbol.asyncDispose]();
});

const bodyOf = (bytes: Buffer) => ({
  bytes: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
  open: () => Readable.from(bytes.length === 0 ? [] : [bytes]),
});
const send = async (bytes: Buffer, to = bucket) => {
  const body = bodyOf(bytes);
  await to.put('name', body);
  return { name: 'name', bytes: body.bytes, sha256: body.sha256 };
};
const slowDown: Fault = { kind: 'status', status: 503, code: 'SlowDown' };
const times = <Item>(count: number, item: Item): Item[] => Array.from({ length: count }, () => item);
const asked = (method: string): number => s3.requests.filter((each) => each.startsWith(method)).length;

test('what is sent is found, read as a whole and as a stream, and removed, below the prefix', async () => {
  for (const bytes of [Buffer.alloc(0), randomBytes(1), randomBytes(3_000_000)]) {
    const object = await send(bytes);
    expect(s3.objects.get('team/name')?.headers).toEqual({
      'content-type': 'application/octet-stream',
      'cache-control': 'max-age=31536000, immutable',
    });
    expect(await bucket.has('name')).toBe(true);
    expect((await bucket.read(object))?.equals(bytes)).toBe(true);
    expect((await buffer((await bucket.stream(object)) as Readable)).equals(bytes)).toBe(true);
    await bucket.remove('name');
    await bucket.remove('name');
    expect([await bucket.has('name'), await bucket.read(object), await bucket.stream(object)]).toEqual([
      false,
      undefined,
      undefined,
    ]);
  }
});

test('an address that is signed is good for whoever has it, until its time is over', async () => {
  const bytes = randomBytes(100);
  await send(bytes);
  const response = await fetch(await bucket.sign('name', 60));
  expect([response.status, Buffer.from(await response.arrayBuffer()).equals(bytes)]).toEqual([200, true]);
  const link = await bucket.sign('name', 60);
  expect((await fetch(link.replace('/name', '/other'))).status).toBe(403);
  expect((await fetch(link, { method: 'DELETE' })).status).toBe(403);
  expect((await fetch(await bucket.sign('name', -1))).status).toBe(403);
  expect(s3.objects.size).toBe(1);
});

const passing: readonly { readonly title: string; readonly method: string; readonly faults: readonly Fault[] }[] = [
  { title: 'is asked to slow down', method: 'PUT', faults: times(2, slowDown) },
  { title: 'is cut off while it sends', method: 'PUT', faults: times(2, { kind: 'cut' }) },
  { title: 'sends what is damaged on the way', method: 'PUT', faults: times(2, { kind: 'damage' }) },
  { title: 'is refused a read for a moment', method: 'GET', faults: times(2, slowDown) },
  { title: 'is cut off while it reads', method: 'GET', faults: times(3, { kind: 'cut' }) },
  { title: 'waits in vain for the rest', method: 'GET', faults: [{ kind: 'stall' }] },
];
for (const { title, method, faults } of passing) {
  test(`who ${title} does not notice`, async () => {
    const patient = testBucket(s3, { timeoutMs: 400 });
    try {
      s3.fail(method, ...faults);
      const bytes = randomBytes(200_000);
      const object = await send(bytes, patient);
      expect((await buffer((await patient.stream(object)) as Readable)).equals(bytes)).toBe(true);
    } finally {
      await patient[Symbol.asyncDispose]();
    }
  });
}

test('a read that was cut off asks for the rest only', async () => {
  const object = await send(randomBytes(1_000_000));
  const before = asked('GET');
  s3.fail('GET', { kind: 'cut' });
  expect((await bucket.read(object))?.length).toBe(1_000_000);
  expect(asked('GET') - before).toBe(2);
});

test('bytes that are others than those that were sent are never given on as a whole', async () => {
  const object = await send(randomBytes(200_000));
  s3.fail('GET', { kind: 'damage' }, { kind: 'damage' });
  await expect(bucket.read(object)).rejects.toSatisfy(ServerErrors.ARCHIVE_MISSING.is);
  let given = 0;
  const stream = (await bucket.stream(object)) as Readable;
  const reading = (async () => {
    for await (const part of stream) given += (part as Buffer).length;
  })();
  await expect(reading).rejects.toSatisfy(ServerErrors.ARCHIVE_MISSING.is);
  expect(given).toBeLessThan(200_000);
});

test('a bucket that fails for good is STORAGE_UNAVAILABLE after four attempts, one that refuses is STORAGE_REFUSED at once', async () => {
  s3.fail('PUT', ...times(4, slowDown));
  await expect(send(randomBytes(10))).rejects.toSatisfy(ServerErrors.STORAGE_UNAVAILABLE.is);
  expect(asked('PUT')).toBe(4);
  s3.fail('PUT', { kind: 'status', status: 403, code: 'AccessDenied' });
  const refused = await send(randomBytes(10)).catch((error: unknown) => error);
  expect(ServerErrors.STORAGE_REFUSED.is(refused)).toBe(true);
  expect(String(refused)).toContain('403 AccessDenied');
  expect(asked('PUT')).toBe(5);
  expect(s3.objects.size).toBe(0);
});

test('who never answers is given up in time, and many failures in a row are not followed by more of them', async () => {
  const silent = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as { port: number };
  const waiting = testBucket({ url: `http://127.0.0.1:${port}` }, { timeoutMs: 100 });
  try {
    const startedAt = performance.now();
    await expect(waiting.has('name')).rejects.toSatisfy(ServerErrors.STORAGE_UNAVAILABLE.is);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    await expect.poll(() => waiting.has('name').catch(String)).toContain('again and again');
  } finally {
    await waiting[Symbol.asyncDispose]();
    silent.close();
  }
});

test('what is under way ends when the bucket is closed, and when its caller gives up', async () => {
  s3.fail('PUT', ...times(2, { kind: 'stall' } as const));
  const [first, second] = [testBucket(s3), new AbortController()];
  const closed = send(randomBytes(10), first);
  const given = bucket.put('other', bodyOf(randomBytes(10)), second.signal);
  await expect.poll(() => asked('PUT')).toBe(2);
  await first[Symbol.asyncDispose]();
  second.abort();
  await expect(closed).rejects.toSatisfy(ServerErrors.STORAGE_UNAVAILABLE.is);
  await expect(given).rejects.toMatchObject({ name: 'AbortError' });
});

test('something else that answers there is no bucket', async () => {
  s3.fail('GET', { kind: 'status', status: 200, code: 'Welcome' });
  await expect(bucket.ping()).rejects.toSatisfy(ServerErrors.STORAGE_UNAVAILABLE.is);
});

const wrong = [
  { title: 'a key that is wrong', change: { secretAccessKey: 'wrong' }, reason: '403 SignatureDoesNotMatch' },
  { title: 'a key that nobody knows', change: { accessKeyId: 'nobody' }, reason: '403 InvalidAccessKeyId' },
  { title: 'another region', change: { region: 'eu-west-1' }, reason: '400 AuthorizationHeaderMalformed' },
  { title: 'a bucket that is not there', change: { bucket: 'not-there' }, reason: '404 NoSuchBucket' },
];
for (const { title, change, reason } of wrong) {
  test(`${title} ends the start, with the address and without the key`, async () => {
    const failure = await opening({ ...change }).catch((error: unknown) => error);
    expect(ServerErrors.STORAGE_UNUSABLE.is(failure)).toBe(true);
    expect(String(failure)).toContain(reason);
    expect(String(failure)).toMatch(/127\.0\.0\.1:\d+\/[\w-]+\/team\//);
    for (const secret of Object.values(s3Keys)) expect(JSON.stringify(failure) + String(failure)).not.toContain(secret);
  });
}

for (const method of ['PUT', 'DELETE']) {
  test(`a key that may not ${method} ends the start`, async () => {
    await s3[Symbol.asyncDispose]();
    s3 = await startS3Server({ forbidden: [method] });
    await expect(opening({})).rejects.toSatisfy(ServerErrors.STORAGE_UNUSABLE.is);
  });
}

test('a bucket that comes later is waited for, one that never comes is not; what was tried out leaves nothing', async () => {
  await s3.stop();
  const later = opening({}, 60_000);
  await s3.start();
  await later;
  expect(s3.objects.size).toBe(0);
  const nowhere = { endpoint: `http://127.0.0.1:${await unusedPort()}` };
  await expect(opening(nowhere, 1)).rejects.toSatisfy(ServerErrors.STORAGE_UNUSABLE.is);
});

async function opening(change: object, openTimeoutMs = 1): Promise<void> {
  const resilience = createResilience();
  try {
    const place = { endpoint: s3.url, bucket: 'archives', prefix: 'team/', region: 'us-east-1', isPathStyle: true };
    const others = { ...s3Keys, sessionToken: undefined, timeoutMs: 2_000 };
    const pipeline = resilience.pipeline.bind(resilience);
    const opened = await openCheckedBucket({ ...place, ...others, pipeline, ...change }, { openTimeoutMs });
    opened[Symbol.dispose]();
  } finally {
    await resilience.close();
  }
}
