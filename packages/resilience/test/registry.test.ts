import { expect, test } from 'vitest';
import { createResilience, type Resilience } from '../src/index.ts';

test('parts without a name are called by their kind, with the first number that is free', async () => {
  await using r = createResilience();
  r.balancer(['a']);
  r.balancer('balancer-2', ['b']);
  const third = r.balancer(['c'], { strategy: 'least-connections' });
  r.failover({ primary: 'here', fallbacks: ['there'] });
  const kept = r.cache<string>({ ttlMs: 1_000 });

  expect(r.health().parts.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'balancer balancer',
    'balancer balancer-2',
    'balancer balancer-3',
    'failover failover',
  ]);
  await expect(third.execute(async ({ target }) => target)).resolves.toBe('c');
  await expect(kept.get('key', async () => 'value')).resolves.toBe('value');
});

const parts = {
  pipeline: (r: Resilience) => r.pipeline('one'),
  balancer: (r: Resilience) => r.balancer('one', ['a']),
  failover: (r: Resilience) => r.failover('one', { primary: 'a', fallbacks: ['b'] }),
  cache: (r: Resilience) => r.cache('one', { ttlMs: 1 }),
} as const;
for (const [kind, make] of Object.entries(parts)) {
  test(`a name that is taken is refused: ${kind}`, () => {
    const r = createResilience();
    r.pipeline('one');
    expect(() => make(r)).toThrow(expect.objectContaining({ code: 'seaworthy.resilience.DUPLICATE_NAME' }));
  });
}
