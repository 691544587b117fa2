import { expect, test } from 'vitest';
import { createFakeResource, createSwitchCheck, createTestLifecycle } from '../src/testing.ts';

test('a test lifecycle starts and stops without touching the process', async () => {
  const before = process.eventNames().length;
  const { life, exits } = createTestLifecycle();
  await life.start();
  expect(process.eventNames().length).toBe(before);
  await life.stop();
  expect(exits).toEqual([]);
});

test('a test lifecycle collects exit codes when it is told to listen', async () => {
  const { life, exits } = createTestLifecycle({ signals: ['SIGUSR2'] });
  await life.start();
  process.emit('SIGUSR2');
  await life.stopped;
  await expect.poll(() => exits).toEqual([0]);
});

test('a switch check is up, fails with its message, and counts its runs', async () => {
  const { life } = createTestLifecycle();
  const db = createSwitchCheck();
  life.health.add('db', db.check, { groups: ['storage'], ttlMs: 0 });
  expect((await life.health.check('storage')).status).toBe('up');
  db.fail('no route');
  expect((await life.health.check('storage')).checks).toMatchObject([{ status: 'down', error: 'no route' }]);
  db.pass();
  expect((await life.health.check('storage')).status).toBe('up');
  expect(db.runs()).toBe(3);
});

test('a fake resource writes down its start and its stop with the reason', async () => {
  const { life } = createTestLifecycle();
  const { resource, calls } = createFakeResource();
  life.add('db', resource);
  await life.start();
  await life.stop('deploy');
  expect(calls).toEqual(['start', 'stop deploy']);
});

test('a fake resource fails once where it was told to', async () => {
  const { life } = createTestLifecycle();
  const [db, api] = [createFakeResource(), createFakeResource()];
  life.add('db', db.resource);
  life.add('api', { ...api.resource, after: ['db'] });
  api.fail('start', 'port taken');
  await expect(life.start()).rejects.toThrow('Resource "api" failed to start: port taken.');
  expect([db.calls, api.calls]).toEqual([['start', 'stop start-failed'], ['start']]);
});

test('a fake resource hangs until its time is over, and is reported as hung', async () => {
  const { life } = createTestLifecycle();
  const db = createFakeResource();
  life.add('db', { ...db.resource, timeoutMs: 10 });
  await life.start();
  db.hang('stop');
  expect(await life.stop()).toMatchObject({ exitCode: 1, resources: [{ name: 'db', outcome: 'hung' }] });
});
