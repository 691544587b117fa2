import { expect, test } from 'vitest';
import { createResilience } from '../src/index.ts';
import { createFakeClock } from '../src/testing.ts';

test('a registry is ok while its breakers are closed and its targets healthy, and down when it is closed', async () => {
  const r = createResilience();
  r.pipeline('plain');
  r.pipeline('guarded', { breaker: {} });
  r.balancer('lb', ['a']);
  expect(r.health()).toMatchObject({
    status: 'ok',
    parts: [
      { kind: 'pipeline', name: 'guarded', status: 'ok', breaker: 'closed' },
      { kind: 'balancer', name: 'lb', status: 'ok', targets: [{ healthy: true }] },
    ],
  });
  await r.close();
  expect(r.health().status).toBe('down');
});

const states = [
  { by: 'forceOpen', status: 'down' },
  { by: 'disable', status: 'ok' },
  { by: 'observe', status: 'ok' },
  { by: 'reset', status: 'ok' },
] as const;
for (const { by, status } of states) {
  test(`a breaker after ${by}() is ${status}, and JSON keeps everything`, () => {
    const r = createResilience();
    r.pipeline('p', { breaker: {} }).breaker?.[by]();
    const health = r.health();
    expect(health.parts).toMatchObject([{ status }]);
    expect(health.status).toBe(status === 'ok' ? 'ok' : 'degraded');
    expect(JSON.parse(JSON.stringify(health))).toEqual(health);
  });
}

test('half-open is degraded, and all targets out is down', async () => {
  const clock = createFakeClock();
  const r = createResilience({ clock });
  const pipeline = r.pipeline('p', { breaker: { window: { calls: 1 }, openMs: 10 } });
  const fo = r.failover('fo', { primary: 'a', fallbacks: [], health: { threshold: 1 } });
  const down = (): unknown => JSON.parse('{');
  await Promise.allSettled([pipeline.execute(down), fo.execute(down)]);
  await clock.advance(10);
  expect(r.health().parts.map(({ status }) => status)).toEqual(['degraded', 'down']);
});
