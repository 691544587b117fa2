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

for (const [kind, make] of Object.entries(parts)) {
  test(`(3) what is removed is forgotten, and its name is free again: ${kind}`, () => {
    const r = createResilience();
    make(r);
    expect(r.remove('one')).toBe(true);
    expect([r.list(), r.health().parts, r.remove('one')]).toEqual([[], [], false]);
    expect(() => make(r)).not.toThrow();
  });
}

test('(3) a part that is removed ends its calls and refuses new ones, and no other part does', async () => {
  await using r = createResilience();
  const [gone, stays] = [r.pipeline('gone', { retry: {} }), r.pipeline('stays')];
  const waiting = gone.execute(() => new Promise(() => {}));
  const other = Promise.withResolvers<string>();
  const going = stays.execute(() => other.promise);
  r.remove('gone');
  await expect(waiting).rejects.toMatchObject({ code: 'seaworthy.resilience.CLOSED' });
  await expect(gone.execute(() => 'late')).rejects.toMatchObject({ code: 'seaworthy.resilience.CLOSED' });
  other.resolve('done');
  await expect(going).resolves.toBe('done');
});

test('(3) nothing is left of names that come and go', async () => {
  await using r = createResilience();
  for (let customer = 0; customer < 2_000; customer += 1) {
    const name = `customer ${customer}`;
    await r.pipeline(name, { breaker: {}, totalTimeoutMs: 1_000 }).execute(() => customer);
    r.remove(name);
  }
  expect([r.list(), r.health().parts]).toEqual([[], []]);
});
