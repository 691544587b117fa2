import { expect, test } from 'vitest';
import { startProgram } from './child.ts';

for (const cycles of [1, 1_000]) {
  test(`after ${cycles} lifecycles no timer, socket, child or listener of theirs is left, and the process ends`, async () => {
    await using child = startProgram('cycles', { cycles });
    const exit = await child.exited;
    // Also no warning of too many listeners.
    expect(exit).toMatchObject({ code: 0, signal: null, err: '' });
    const { before, after, outcomes, handles } = JSON.parse(exit.out) as Record<string, unknown>;
    expect(after).toEqual(before);
    expect(outcomes).toEqual(['ok,ok,ok,ok']);
    expect(handles).toEqual([]);
  });
}

test('a message to systemd that is under way does not keep the process alive', async () => {
  await using child = startProgram(
    'cycles',
    { cycles: 1 },
    { NOTIFY_SOCKET: '/nowhere/at/all', WATCHDOG_USEC: '60000000' },
  );
  const exit = await child.exited;
  expect(exit).toMatchObject({ code: 0, signal: null });
  expect(JSON.parse(exit.out)).toMatchObject({ outcomes: ['ok,ok,ok,ok'] });
});
