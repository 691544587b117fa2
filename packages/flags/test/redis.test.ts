import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { redis as redisServer, skipWithout, startRedis, type RedisServer } from '@seaworthy/test-services';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test, type TestContext, vi } from 'vitest';
import { createFlags } from '../src/index.ts';
import { redis, type RedisOptions } from '../src/redis.ts';
import { toggle } from './make.ts';
import { clientNames, connectRedis } from './redis-clients.ts';
import { startSilentProxy } from './silent-proxy.ts';

const document = (variant: string) => ({ flags: { a: toggle(variant) } });
const waiting = { timeout: 60_000, interval: 5 };
/** Announcements alone: no poll comes within the test. */
const never: RedisOptions = { pollMs: 3_600_000, maxBackoffMs: 100 };

let program = '';
let server: RedisServer | undefined;

beforeEach(async (context: TestContext) => {
  program = skipWithout(context, redisServer);
  server = await startRedis(program);
});
afterEach(() => server?.stop());

const url = (): string => server?.url ?? '';

for (const name of clientNames) {
  test(`what is published is in use within moments, told by whom, and counted (${name})`, async () => {
    await using connected = await connectRedis(name, url());
    const source = redis(connected.client, never);
    const first = await source.publish(document('on'));
    await using flags = await createFlags({ source });
    expect([flags.value('a'), flags.status().sourceVersion]).toEqual([true, first]);
    await expect.poll(() => subscribers(), waiting).toBe(1);
    const second = await source.publish(document('off'), { by: 'ada' });
    await expect.poll(() => flags.value('a'), waiting).toBe(false);
    expect(second).toBeGreaterThan(first);
    expect(flags.history().at(-1)).toMatchObject({ by: 'ada', sourceVersion: second, changed: ['a'] });
  });

  test(`a server that is killed leaves the flags; what is published after its restart is caught up with (${name})`, async () => {
    await using connected = await connectRedis(name, url());
    const source = redis(connected.client, { ...never, pollMs: 100 });
    await source.publish(document('on'));
    // The first load has the same deadline, which a machine that stands still may let pass.
    await using flags = await vi.waitFor(async () => createFlags({ source, loadTimeoutMs: 300 }), waiting);
    await server?.stop();
    await expect.poll(() => flags.status().lastError?.code, waiting).toBe('seaworthy.flags.SOURCE_FAILED');
    expect(flags.value('a')).toBe(true);
    server = await startRedis(program, server?.port);
    // The new server has lost everything, so it says that there is nothing: no reason to drop the flags.
    await expect.poll(() => flags.status().lastError?.code, waiting).toBe('seaworthy.flags.NOT_PUBLISHED');
    expect(flags.value('a')).toBe(true);
    await using other = await connectRedis(name, url());
    await redis(other.client).publish(document('off'));
    await expect.poll(() => flags.value('a'), waiting).toBe(false);
    expect(flags.status().lastError).toBeUndefined();
  });

  test(`a subscription that was cut off is made anew, and what it missed is found (${name})`, async () => {
    await using connected = await connectRedis(name, url());
    const source = redis(connected.client, never);
    await source.publish(document('on'));
    await using flags = await createFlags({ source });
    await expect.poll(() => subscribers(), waiting).toBe(1);
    const admin = new Redis(url());
    await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await source.publish(document('off'));
    await expect.poll(() => flags.value('a'), waiting).toBe(false);
    await expect.poll(() => subscribers(), waiting).toBe(1);
    admin.disconnect();
  });

  test(`after close nothing of it is connected, and the client that was given still is (${name})`, async () => {
    await using connected = await connectRedis(name, url());
    const source = redis(connected.client, never);
    await source.publish(document('on'));
    const flags = await createFlags({ source });
    await expect.poll(() => subscribers(), waiting).toBe(1);
    await flags.close();
    await expect.poll(() => subscribers(), waiting).toBe(0);
    expect(await source.publish(document('off'))).toBeGreaterThan(0);
    expect(flags.value('a')).toBe(true);
  });
}

test('an address is enough, and close ends all its connections', async () => {
  const source = redis(url(), never);
  await source.publish(document('on'));
  const flags = await createFlags({ source });
  expect(flags.status().source).toBe(`redis redis://${new URL(url()).host} seaworthy:flags`);
  await expect.poll(() => subscribers(), waiting).toBe(1);
  await source.publish(document('off'));
  await expect.poll(() => flags.value('a'), waiting).toBe(false);
  await flags.close();
  const admin = new Redis(url());
  const others = async () =>
    String(await admin.call('CLIENT', 'LIST'))
      .trim()
      .split('\n').length - 1;
  await expect.poll(others, waiting).toBe(0);
  admin.disconnect();
});

for (const name of clientNames) {
  test(`a publication that is swallowed ends after its time, and says that nobody knows (${name})`, async () => {
    await using proxy = await startSilentProxy(new URL(url()));
    await using connected = await connectRedis(name, `redis://127.0.0.1:${proxy.port}`);
    const source = redis(connected.client, never);
    await source.publish(document('on'), { timeoutMs: 60_000 });
    proxy.silence();
    await expect(source.publish(document('off'), { timeoutMs: 50 })).rejects.toMatchObject({
      code: 'seaworthy.flags.SOURCE_FAILED',
      message: expect.stringContaining(
        'did not answer within 50 ms, and whether the new ones are published is unknown',
      ),
    });
  });
}

// It takes ten seconds, of waiting: the time that a server has to answer.
test('a connection of its own that swallows everything is made anew, and what was published meanwhile is found', async () => {
  await using proxy = await startSilentProxy(new URL(url()));
  const source = redis(`redis://127.0.0.1:${proxy.port}`, { pollMs: 100, maxBackoffMs: 100 });
  await source.publish(document('on'), { timeoutMs: 60_000 });
  await using flags = await createFlags({ source });
  await expect.poll(() => subscribers(), waiting).toBe(1);
  proxy.silence();
  await expect.poll(() => flags.status().lastError?.code, waiting).toBe('seaworthy.flags.SOURCE_FAILED');
  proxy.heal();
  const other = redis(url());
  await other.publish(document('off'));
  await other.close();
  await expect.poll(() => flags.value('a'), waiting).toBe(false);
});

test('a start without the server serves the last known good flags, and catches up when it is there', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'flags-redis-'));
  const lastKnownGood = join(folder, 'flags.json');
  const source = redis(url(), never);
  await source.publish(document('on'));
  await (await createFlags({ source, lastKnownGood })).close();
  await server?.stop();
  await using flags = await createFlags({ source: redis(url(), never), lastKnownGood, loadTimeoutMs: 2_000 });
  expect([flags.value('a'), flags.status().lastError?.code]).toEqual([true, 'seaworthy.flags.SOURCE_FAILED']);
  server = await startRedis(program, server?.port);
  const late = redis(url());
  await late.publish(document('off'));
  await expect.poll(() => flags.value('a'), waiting).toBe(false);
  expect(flags.status().lastError).toBeUndefined();
  await late.close();
  // The last known good flags are still being written.
  await flags.close();
  await rm(folder, { recursive: true });
});

test('where no announcement arrives a poll finds the change, and the subscription is made anew', async () => {
  const source = redis(url(), { ...never, pollMs: 100 });
  await source.publish(document('on'));
  await using flags = await createFlags({ source });
  await expect.poll(() => subscribers(), waiting).toBe(1);
  const admin = new Redis(url());
  const before = String(await admin.call('CLIENT', 'LIST', 'TYPE', 'pubsub'));
  // As another publisher would that does not announce; for longer than a subscription is given to begin.
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  await admin.hset('seaworthy:flags', { version: Date.now() + 10_000, document: JSON.stringify(document('off')) });
  await expect.poll(() => flags.value('a'), waiting).toBe(false);
  const idOf = (list: string) => /^id=(\d+)/.exec(list)?.[1];
  const isAnew = async () => {
    const list = String(await admin.call('CLIENT', 'LIST', 'TYPE', 'pubsub'));
    return idOf(list) !== undefined && idOf(list) !== idOf(before);
  };
  await expect.poll(isAnew, waiting).toBe(true);
  admin.disconnect();
});

test('(6) an older version than the one in use is refused, and the flags stay', async () => {
  const source = redis(url(), never);
  const version = await source.publish(document('on'));
  await using flags = await createFlags({ source });
  const admin = new Redis(url());
  await admin.hset('seaworthy:flags', { version: version - 1, document: JSON.stringify(document('off')) });
  await expect(flags.reload()).rejects.toMatchObject({ code: 'seaworthy.flags.OLDER_VERSION' });
  expect(flags.value('a')).toBe(true);
  admin.disconnect();
});

test('publications at once all get numbers of their own, and the last one is in use', async () => {
  const sources = Array.from({ length: 5 }, () => redis(url(), never));
  const [first] = sources;
  if (first === undefined) throw new Error('there is a first source');
  await first.publish(document('on'));
  await using flags = await createFlags({ source: first });
  const published = sources.flatMap((source) =>
    Array.from({ length: 10 }, (_, index) => source.publish(document(index % 2 === 0 ? 'on' : 'off'))),
  );
  const versions = await Promise.all(published);
  expect(new Set(versions).size).toBe(50);
  await expect.poll(() => flags.status().sourceVersion, waiting).toBe(Math.max(...versions));
  await Promise.all(sources.map((source) => source.close()));
});

test('nobody overwrites what they have not seen', async () => {
  const source = redis(url(), never);
  const first = await source.publish(document('on'), { over: 0 });
  const second = await source.publish(document('off'), { over: first });
  await expect(source.publish(document('on'), { over: first })).rejects.toMatchObject({
    code: 'seaworthy.flags.PUBLISH_CONFLICT',
    message: expect.stringContaining(`are version ${second}, not ${first}`),
  });
  await source.close();
});

test('flags that nobody could use are not published', async () => {
  const source = redis(url(), never);
  await expect(source.publish('{')).rejects.toMatchObject({ code: 'seaworthy.flags.NOT_JSON' });
  await expect(source.publish(document('no'))).rejects.toMatchObject({ code: 'seaworthy.flags.INVALID_DOCUMENT' });
  await expect(createFlags({ source })).rejects.toMatchObject({ code: 'seaworthy.flags.NOT_PUBLISHED' });
});

for (const { target, options = {}, says } of [
  { target: 'http://localhost', says: '`target` to be a client of ioredis or redis' },
  { target: {}, says: '`target` to be a client of ioredis or redis' },
  { target: 'redis://localhost', options: { key: '' }, says: '`key` to be a text' },
  { target: 'redis://localhost', options: { pollMs: -1 }, says: '`pollMs` to be a number' },
]) {
  test(`redis(${JSON.stringify(target)}, ${JSON.stringify(options)}) is refused`, () => {
    expect(() => redis(target as string, options)).toThrow(says);
  });
}

async function subscribers(): Promise<number> {
  const admin = new Redis(url());
  const list = String(await admin.call('CLIENT', 'LIST', 'TYPE', 'pubsub'));
  admin.disconnect();
  return list.split('\n').filter((line) => / sub=1 /.test(line)).length;
}
