import { createResilience } from '@seaworthy/resilience';
import { createLifecycle } from '@seaworthy/lifecycle';
import { expect, test } from 'vitest';
import { breakersCheck, logBreakers } from '../src/breakers.ts';

const failing = { breaker: { window: { calls: 1 }, openMs: 60_000 } };
const fail = (): Promise<never> => Promise.reject(new Error('no'));

function keepingLogger() {
  const records: [string, object][] = [];
  const keep = (level: string) => (fields: object) => void records.push([level, fields]);
  return { records, debug: keep('debug'), info: keep('info'), warn: keep('warn') };
}

test('a breaker that opens is a warning, and that it is closed again a notice; afterwards nothing is heard', async () => {
  const resilience = createResilience();
  const logger = keepingLogger();
  const undo = logBreakers(logger);
  const pipeline = resilience.pipeline('store', failing);
  await pipeline.execute(fail).catch(() => undefined);
  pipeline.breaker?.reset();
  undo[Symbol.dispose]();
  await pipeline.execute(fail).catch(() => undefined);
  expect(logger.records).toEqual([
    ['warn', { pipeline: 'store', from: 'closed', to: 'open' }],
    ['info', { pipeline: 'store', from: 'open', to: 'closed' }],
  ]);
  await resilience.close();
});

test('a logger that throws does not reach the call', async () => {
  const resilience = createResilience();
  const broken = (): never => {
    throw new Error('no log');
  };
  const undo = logBreakers({ debug: broken, info: broken, warn: broken });
  const call = resilience.pipeline('store', failing).execute(fail);
  await expect(call).rejects.toThrow('no');
  undo[Symbol.dispose]();
  await resilience.close();
});

test('what is refused degrades the readiness, and names itself', async () => {
  const resilience = createResilience();
  const life = createLifecycle({ signals: [], onUncaught: 'off' });
  life.health.add('breakers', breakersCheck(resilience), { ttlMs: 0 });
  await life.start();
  const pipeline = resilience.pipeline('store', failing);
  expect((await life.health.check('ready')).status).toBe('up');
  await pipeline.execute(fail).catch(() => undefined);
  const { status, checks } = await life.health.check('ready');
  expect(status).toBe('degraded');
  expect(checks).toContainEqual(
    expect.objectContaining({ name: 'breakers', status: 'degraded', error: 'calls are refused: store' }),
  );
  pipeline.breaker?.reset();
  expect((await life.health.check('ready')).status).toBe('up');
  await life.stop('test');
  await resilience.close();
});
