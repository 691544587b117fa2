import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { startProgram } from './child.ts';

test('systemd-notify is run when the process is ready, while it lives, and when it stops', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'notify-'));
  try {
    const program = join(folder, 'systemd-notify');
    await writeFile(program, '#!/bin/sh\necho "$1" >> "$0.log"\n');
    await chmod(program, 0o755);
    await using child = startProgram(
      'notified',
      {},
      {
        PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}`,
        NOTIFY_SOCKET: join(folder, 'socket'),
        WATCHDOG_USEC: '200000',
      },
    );
    expect(await child.exited).toMatchObject({ code: 0, err: '' });
    const states = (await readFile(`${program}.log`, 'utf8')).trim().split('\n');
    expect(states[0]).toBe('READY=1');
    expect(states).toContain('STOPPING=1');
    expect(states.filter((state) => state === 'WATCHDOG=1').length).toBeGreaterThanOrEqual(2);
  } finally {
    await rm(folder, { recursive: true });
  }
});
