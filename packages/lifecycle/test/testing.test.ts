import { expect, test } from 'vitest';
import { createSwitchCheck, createTestLifecycle } from '../src/testing.ts';

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
