import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createResilience, type Cache, type CacheOptions, type Resilience } from '../src/index.ts';
import { createFakeClock, type FakeClock } from '../src/testing.ts';

let clock: FakeClock;
let r: Resilience;
let reads: unknown[];
const hear = (message: unknown): unknown => reads.push(Reflect.get(Object(message), 'outcome'));
beforeEach(() => {
  clock = createFakeClock();
  r = createResilience({ clock });
  reads = [];
  subscribe('seaworthy:resilience:cache-read', hear);
});
afterEach(() => unsubscribe('seaworthy:resilience:cache-read', hear));

function make(options: Partial<CacheOptions> = {}): Cache<string> {
  return r.cache('c', { ttlMs: 100, ...options });
}

const fail = (): string => String(JSON.parse('{'));

test('a value is loaded once and given until it is too old', async () => {
  const cache = make();
  expect(await cache.get('k', () => 'first')).toBe('first');
  await clock.advance(99);
  expect(await cache.get('k', () => 'second')).toBe('first');
  await clock.advance(1);
  expect(await cache.get('k', () => 'third')).toBe('third');
  expect(reads).toEqual(['miss', 'hit', 'miss']);
});

test('however many ask at the same time, it is loaded once', async () => {
  const cache = make();
  let loads = 0;
  const load = async (): Promise<string> => {
    loads += 1;
    await new Promise<void>((resolve) => void clock.schedule(10, resolve));
    return 'value';
  };
  const calls = Promise.all(Array.from({ length: 50 }, async () => cache.get('k', load)));
  await clock.advance(10);
  expect(new Set(await calls)).toEqual(new Set(['value']));
  expect(loads).toBe(1);
});

test('a late value is given while a new one is loaded', async () => {
  const cache = make({ staleWhileRevalidateMs: 50 });
  await cache.get('k', () => 'first');
  await clock.advance(149);
  expect(await cache.get('k', () => 'second')).toBe('first');
  await clock.advance(0);
  expect(await cache.get('k', fail)).toBe('second');
  expect(reads).toEqual(['miss', 'stale', 'hit']);
});

test('a refresh that fails behind the scenes is told, and changes nothing', async () => {
  const cache = make({ staleWhileRevalidateMs: 50 });
  await cache.get('k', () => 'first');
  await clock.advance(120);
  expect(await cache.get('k', fail)).toBe('first');
  await clock.advance(0);
  expect(reads).toEqual(['miss', 'stale', 'refresh-failed']);
});

test('a late value is given when loading fails, until it is too old', async () => {
  const cache = make({ staleIfErrorMs: 1_000 });
  await cache.get('k', () => 'first');
  await clock.advance(1_099);
  expect(await cache.get('k', fail)).toBe('first');
  await clock.advance(1);
  await expect(cache.get('k', fail)).rejects.toThrow(SyntaxError);
  expect(reads).toEqual(['miss', 'stale-if-error']);
});

test('a value that was deleted while a load ran is not given when the load fails', async () => {
  const cache = make({ staleIfErrorMs: 1_000 });
  await cache.get('k', () => 'revoked');
  await clock.advance(200);
  const load = Promise.withResolvers<string>();
  const asked = cache.get('k', async () => load.promise);
  cache.delete('k');
  load.reject(new Error('down'));
  await expect(asked).rejects.toThrow('down');
});

test('how old a value may be when loading fails counts when it fails', async () => {
  const cache = make({ staleIfErrorMs: 1_000 });
  await cache.get('k', () => 'first');
  await clock.advance(1_000);
  const asked = Promise.allSettled([
    cache.get('k', async () => {
      await new Promise<void>((resolve) => void clock.schedule(500, resolve));
      return fail();
    }),
  ]);
  await clock.advance(500);
  expect(await asked).toMatchObject([{ status: 'rejected' }]);
});

test('a caller that gives up disturbs no other', async () => {
  const cache = make();
  const caller = new AbortController();
  let seen: AbortSignal | undefined;
  const load = async ({ signal }: { signal: AbortSignal }): Promise<string> => {
    seen = signal;
    await new Promise<void>((resolve) => void clock.schedule(10, resolve));
    return 'value';
  };
  const leaving = cache.get('k', load, caller.signal);
  const staying = cache.get('k', load);
  caller.abort('enough');
  await expect(leaving).rejects.toBe('enough');
  await clock.advance(10);
  expect(await staying).toBe('value');
  expect(seen?.aborted).toBe(false);
});

test('a load that nobody waits for any more is ended, and the next caller starts afresh', async () => {
  const cache = make({ staleIfErrorMs: 1_000 });
  const caller = new AbortController();
  let seen: AbortSignal | undefined;
  const leaving = cache.get(
    'k',
    async ({ signal }) => {
      seen = signal;
      return new Promise<never>(() => {});
    },
    caller.signal,
  );
  caller.abort('enough');
  await expect(leaving).rejects.toBe('enough');
  expect(await cache.get('k', () => 'fresh')).toBe('fresh');
  expect(seen?.reason).toMatchObject({ code: 'seaworthy.resilience.UNWANTED' });
  expect(clock.pending).toBe(0);
});

test('a load that hangs is ended after its time, and its key is free again', async () => {
  const cache = make({ loadTimeoutMs: 1_000 });
  const hanging = Promise.allSettled([cache.get('k', async () => new Promise<never>(() => {}))]);
  await clock.advance(1_000);
  expect(await hanging).toMatchObject([{ reason: { code: 'seaworthy.resilience.TIMED_OUT' } }]);
  expect(await cache.get('k', () => 'fresh')).toBe('fresh');
  expect(clock.pending).toBe(0);
});

test('the entry not used for longest goes first', async () => {
  const cache = make({ maxEntries: 2 });
  for (const key of ['a', 'b', 'a', 'c']) await cache.get(key, () => key);
  expect(cache.size).toBe(2);
  expect(await cache.get('a', () => 'again')).toBe('a');
  expect(await cache.get('b', () => 'again')).toBe('again');
});

test('entries can be removed', async () => {
  const cache = make();
  await cache.get('a', () => '1');
  await cache.get('b', () => '1');
  cache.delete('a');
  expect(await cache.get('a', () => '2')).toBe('2');
  cache.clear();
  expect(cache.size).toBe(0);
});

test('closing the registry ends loads and gives no value any more', async () => {
  const cache = make();
  const hanging = cache.get('k', async () => new Promise<never>(() => {}));
  await r.close();
  await expect(hanging).rejects.toMatchObject({ code: 'seaworthy.resilience.CLOSED' });
  await expect(cache.get('k', () => 'x')).rejects.toMatchObject({ code: 'seaworthy.resilience.CLOSED' });
  expect(clock.pending).toBe(0);
});

test('the result of a load keeps its signal: it is not aborted when the load is done', async () => {
  let seen: AbortSignal | undefined;
  await make().get('k', ({ signal }) => {
    seen = signal;
    return 'value';
  });
  expect(seen?.aborted).toBe(false);
});

test('(1) values together take no more than the bytes allowed, and the one not used for longest goes', async () => {
  const clock = createFakeClock();
  const cache = createResilience({ clock }).cache<string>('c', { ttlMs: 1_000, maxBytes: 10 });
  const get = async (key: string, value: string): Promise<string> => cache.get(key, () => value);
  await get('a', 'aaaa');
  await get('b', 'bbbb');
  await get('a', 'other');
  await get('c', 'ééé');
  expect([cache.size, cache.bytes]).toEqual([2, 10]);
  expect([await get('a', 'new'), await get('b', 'new')]).toEqual(['aaaa', 'new']);
  expect(await get('d', 'x'.repeat(11))).toBe('x'.repeat(11));
  expect(await get('d', 'small')).toBe('small');
  cache.clear();
  expect([cache.size, cache.bytes]).toEqual([0, 0]);
});

test('`sizeOf` says what a value takes, and a buffer takes its bytes', async () => {
  const clock = createFakeClock();
  const r = createResilience({ clock });
  const buffers = r.cache<Uint8Array>('buffers', { ttlMs: 1, maxBytes: 100 });
  await buffers.get('k', () => new Uint8Array(64));
  const rows = r.cache<{ rows: number }>('rows', { ttlMs: 1, maxBytes: 100, sizeOf: () => 7 });
  await rows.get('k', () => ({ rows: 3 }));
  expect([buffers.bytes, rows.bytes]).toEqual([64, 7]);
});

test('what was being loaded when its key was deleted is for those who waited, and not kept', async () => {
  const cache = make();
  const old = Promise.withResolvers<string>();
  const early = cache.get('k', async () => old.promise);
  cache.delete('k');
  const late = cache.get('k', () => 'new');
  old.resolve('old');
  expect([await early, await late, await cache.get('k', () => 'newer')]).toEqual(['old', 'new', 'new']);

  const other = Promise.withResolvers<string>();
  const before = cache.get('other', async () => other.promise);
  cache.clear();
  other.resolve('old');
  expect([await before, cache.size, await cache.get('other', () => 'new')]).toEqual(['old', 0, 'new']);
});

for (const { what, sizeOf, value } of [
  { what: 'is no number', sizeOf: () => Number.NaN, value: 'x' },
  { what: 'is below 0', sizeOf: () => -1, value: 'x' },
  { what: 'nobody can tell', sizeOf: undefined, value: 5n },
]) {
  test(`a value whose size ${what} is an error, and spoils no other`, async () => {
    const cache = r.cache<unknown>('sized', { ttlMs: 100, maxBytes: 10, ...(sizeOf && { sizeOf }) });
    await expect(cache.get('k', () => value)).rejects.toThrow('Expected `sizeOf` to be a function that gives a number');
    expect([cache.size, cache.bytes]).toEqual([0, 0]);
  });
}
