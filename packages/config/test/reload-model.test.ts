// oxlint-disable vitest/no-standalone-expect, vitest/expect-expect -- the commands of the model compare, and fail the test
// The states of a configuration that changes while it runs, against a model: any sequence of readings (valid, invalid,
// unchanged), updates and rollbacks.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ConfigErrors, defineConfig, detectEnvironment, int, provider, secret, type Config } from '../src/index.ts';

const shape = {
  fixed: int().default(0),
  pool: int({ min: 0 }).default(0).reloadable(),
  token: secret().default('t0').reloadable(),
};

interface World {
  readonly config: Config<typeof shape>;
  /** What the source says next. */
  said: { fixed: number; pool: number; token: string };
  readonly heard: string[];
}

interface Model {
  base: { pool: number; token: string };
  update: { pool?: number | undefined; token?: string | undefined };
  fixed: number;
  ok: boolean;
  version: number;
  readonly versions: Map<number, { pool: number; token: string }>;
  heard: string[];
}

const inForce = ({ base, update }: Model): { pool: number; token: string } => ({
  pool: update.pool ?? base.pool,
  token: update.token ?? base.token,
});

/** What the model says after a change from `was`. */
function settle(model: Model, was: { pool: number; token: string }): void {
  const now = inForce(model);
  const changes = (['pool', 'token'] as const).filter((key) => was[key] !== now[key]);
  if (changes.length === 0) return;
  model.version += 1;
  model.versions.set(model.version, now);
  model.heard.push(...changes.map((key) => `${key} ${was[key]} ${now[key]}`));
}

function compare(model: Model, { config, heard, said }: World): void {
  const { pool, token, fixed } = config.value;
  expect({ pool, token: token.reveal(), fixed }).toEqual({ ...inForce(model), fixed: 0 });
  expect(config.status()).toMatchObject({ ok: model.ok, version: model.version });
  if (model.ok) expect(config.status().restartNeeded).toEqual(model.fixed === 0 ? [] : ['fixed']);
  expect(heard).toEqual(model.heard);
  expect(said.pool).toBeTypeOf('number');
}

type Command = fc.AsyncCommand<Model, World>;

class Read implements Command {
  readonly said: World['said'];
  constructor(said: World['said']) {
    this.said = said;
  }
  check = (): boolean => true;
  async run(model: Model, world: World): Promise<void> {
    world.said = this.said;
    const isValid = this.said.pool >= 0;
    const reading = world.config.reload();
    if (!isValid) {
      await expect(reading).rejects.toThrow(ConfigErrors.INVALID);
      model.ok = false;
    } else {
      await reading;
      const was = inForce(model);
      const { pool, token, fixed } = this.said;
      // A source that says something new is newer than an update.
      if (pool !== model.base.pool) model.update.pool = undefined;
      if (token !== model.base.token) model.update.token = undefined;
      Object.assign(model, { base: { pool, token }, fixed, ok: true });
      settle(model, was);
    }
    compare(model, world);
  }
  toString = (): string => `read ${JSON.stringify(this.said)}`;
}

class Update implements Command {
  readonly patch: { pool?: number; token?: string };
  constructor(patch: { pool?: number; token?: string }) {
    this.patch = patch;
  }
  check = (): boolean => true;
  async run(model: Model, world: World): Promise<void> {
    const updating = world.config.update(this.patch);
    if ((this.patch.pool ?? 0) < 0) {
      await expect(updating).rejects.toThrow(ConfigErrors.INVALID);
    } else {
      await updating;
      const was = inForce(model);
      Object.assign(model.update, this.patch);
      settle(model, was);
    }
    compare(model, world);
  }
  toString = (): string => `update ${JSON.stringify(this.patch)}`;
}

class Rollback implements Command {
  readonly to: number;
  constructor(to: number) {
    this.to = to;
  }
  check = (model: Readonly<Model>): boolean => model.versions.has(this.to);
  async run(model: Model, world: World): Promise<void> {
    await world.config.rollback(this.to);
    const was = inForce(model);
    Object.assign(model.update, model.versions.get(this.to));
    settle(model, was);
    compare(model, world);
  }
  toString = (): string => `rollback to ${this.to}`;
}

const token = fc.constantFrom('t0', 't1', 't2');
const commands = fc.commands(
  [
    fc.record({ fixed: fc.nat(1), pool: fc.integer({ min: -1, max: 3 }), token }).map((said) => new Read(said)),
    fc.record({ pool: fc.integer({ min: -1, max: 3 }), token }, { requiredKeys: [] }).map((patch) => new Update(patch)),
    fc.integer({ min: 1, max: 6 }).map((to) => new Rollback(to)),
  ],
  { maxCommands: 25 },
);

test('any sequence of readings, updates and rollbacks keeps the laws of the model', async () => {
  await fc.assert(
    fc.asyncProperty(commands, async (sequence) => {
      await fc.asyncModelRun(async () => {
        const world: { said: World['said']; heard: string[] } = { said: { fixed: 0, pool: 0, token: 't0' }, heard: [] };
        const definition = defineConfig(shape, { env: detectEnvironment({ env: {}, exists: () => false }) });
        const config = await definition.load([provider('source', () => world.said)], { history: { keep: 100 } });
        config.onChange('pool', (now, was) => world.heard.push(`pool ${was} ${now}`));
        config.onChange('token', (now, was) => world.heard.push(`token ${was.reveal()} ${now.reveal()}`));
        const model: Model = {
          base: { pool: 0, token: 't0' },
          update: {},
          fixed: 0,
          ok: true,
          version: 1,
          versions: new Map([[1, { pool: 0, token: 't0' }]]),
          heard: [],
        };
        return { model, real: Object.assign(world, { config }) };
      }, sequence);
    }),
    { numRuns: 200 },
  );
});
