import { expect, expectTypeOf, test } from 'vitest';
import { createResilience } from '../src/index.ts';

const fail = (): string => String(JSON.parse('{'));

test('a fallback replaces the result of a call that failed', async () => {
  const pipeline = createResilience().pipeline('p', { fallback: (error) => ({ stale: error instanceof SyntaxError }) });
  const result = await pipeline.execute(fail);
  expectTypeOf(result).toEqualTypeOf<string | { stale: boolean }>();
  expect(result).toEqual({ stale: true });
  expect(await pipeline.execute(() => 'fresh')).toBe('fresh');
  expect(pipeline.status()).toMatchObject({ calls: 2, succeeded: 1, fallbacks: 1, failed: 0 });
});

test('a call that its caller ended gets no replacement', async () => {
  const pipeline = createResilience().pipeline('p', { fallback: () => 'other' });
  await expect(pipeline.execute(fail, AbortSignal.abort('enough'))).rejects.toBe('enough');
});

test('a fallback that fails is a failed call', async () => {
  const pipeline = createResilience().pipeline('p', {
    fallback: () => {
      throw new RangeError('no');
    },
  });
  await expect(pipeline.execute(fail)).rejects.toThrow(RangeError);
  expect(pipeline.status()).toMatchObject({ failed: 1, fallbacks: 0 });
});

test('a fallback that hangs ends with its caller', async () => {
  const pipeline = createResilience().pipeline('p', { fallback: async () => new Promise<never>(() => {}) });
  const caller = new AbortController();
  const call = pipeline.execute(fail, caller.signal);
  setImmediate(() => caller.abort('enough'));
  await expect(call).rejects.toBe('enough');
});
