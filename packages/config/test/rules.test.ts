import { expect, expectTypeOf, test } from 'vitest';
import {
  ConfigErrors,
  defineConfig,
  detectEnvironment,
  env,
  int,
  object,
  string,
  type Config,
  type Problem,
} from '../src/index.ts';

const shape = {
  pool: { min: int().default(1).reloadable(), max: int().default(10).reloadable() },
  host: string().default('127.0.0.1'),
  token: string().optional(),
};
const definition = defineConfig(shape, {
  rules: [
    (get) => {
      expectTypeOf(get('pool.max')).toEqualTypeOf<number>();
      if (get('pool.min') <= get('pool.max')) return undefined;
      return { key: 'pool.min', message: `${get('pool.min')} is above pool.max, ${get('pool.max')}.` };
    },
    (get, { production }) =>
      production && get('host') !== '127.0.0.1' && get('token') === undefined
        ? { key: 'host', message: 'needs a token in production.' }
        : undefined,
  ],
  env: detectEnvironment({ env: { NODE_ENV: 'production' }, exists: () => false }),
});

async function load(variables: Record<string, string>): Promise<Config<typeof shape>> {
  return definition.load([env('APP', { variables })]);
}

async function problemsOf(task: Promise<unknown>): Promise<readonly Problem[]> {
  const error: unknown = await task.catch((reason: unknown) => reason);
  return ConfigErrors.INVALID.is(error) ? error.params.problems : [];
}

test('a configuration that keeps its rules loads', async () => {
  expect((await load({ APP_POOL_MIN: '10' })).value.pool.min).toBe(10);
});

test('broken rules are told with all other problems, each with the source of its key', async () => {
  const found = await problemsOf(load({ APP_POOL_MIN: '11', APP_HOST: '0.0.0.0', APP_POOL_MAKS: '5' }));
  expect(found).toEqual([
    expect.objectContaining({ source: 'env:APP_POOL_MAKS' }),
    { key: 'pool.min', source: 'env:APP_POOL_MIN', message: '11 is above pool.max, 10.' },
    { key: 'host', source: 'env:APP_HOST', message: 'needs a token in production.' },
  ]);
});

test('a rule that asks for a value that is wrong is left out, the others are not', async () => {
  const found = await problemsOf(load({ APP_POOL_MIN: 'many', APP_HOST: '0.0.0.0' }));
  expect(found.map(({ key }) => key)).toEqual(['pool.min', 'host']);
  expect(found[0]?.message).toContain('"many"');
});

test('an update that would break a rule changes nothing', async () => {
  const cfg = await load({});
  expect(await problemsOf(cfg.update({ pool: { max: 0 } }))).toEqual([
    { key: 'pool.min', source: 'default', message: '1 is above pool.max, 0.' },
  ]);
  expect(cfg.value.pool.max).toBe(10);
  await cfg.update({ pool: { min: 20, max: 30 } });
  expect(cfg.value.pool).toEqual({ min: 20, max: 30 });
});

test('a reload that breaks a rule together with an update keeps the last good values', async () => {
  const variables: Record<string, string> = {};
  const cfg = await load(variables);
  await cfg.update({ pool: { min: 9 } });
  variables['APP_POOL_MAX'] = '5';
  expect(await problemsOf(cfg.reload())).toHaveLength(1);
  expect(cfg.value.pool).toEqual({ min: 9, max: 10 });
  expect(cfg.status().ok).toBe(false);
});

test('what a rule throws itself is no problem of the configuration', async () => {
  const broken = defineConfig(shape, {
    rules: [
      () => {
        throw new TypeError('a mistake in the rule');
      },
    ],
  });
  await expect(broken.load([object({})])).rejects.toThrow(TypeError);
});
