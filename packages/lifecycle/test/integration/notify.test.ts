import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
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

const kinds = [
  { kind: 'a path', address: (folder: string) => join(folder, 'notify.sock'), option: 'UNIX-RECV' },
  { kind: 'an abstract name', address: () => `@seaworthy-${process.pid}`, option: 'ABSTRACT-RECV' },
];
for (const { kind, address, option } of kinds) {
  const missing = ['systemd-notify', 'socat'].filter((program) => spawnSync('which', [program]).status !== 0);
  const title = `the real systemd-notify reaches a socket with ${kind}`;
  if (missing.length > 0) console.warn(`not run: "${title}", because ${missing.join(' and ')} is not installed`);
  test.skipIf(missing.length > 0)(title, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'notify-'));
    const socket = address(folder);
    const receiver = spawn('socat', ['-u', `${option}:${socket.replace(/^@/, '')}`, '-'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      let heard = '';
      receiver.stdout.setEncoding('utf8').on('data', (text: string) => (heard += text));
      await expect.poll(() => isBound(socket), { timeout: 10_000 }).toBe(true);
      await using child = startProgram('notified', {}, { NOTIFY_SOCKET: socket });
      expect(await child.exited).toMatchObject({ code: 0, err: '' });
      await expect.poll(() => heard, { timeout: 10_000 }).toContain('STOPPING=1');
      expect(heard.indexOf('READY=1')).toBeLessThan(heard.indexOf('STOPPING=1'));
      expect(heard).toContain('READY=1');
    } finally {
      receiver.kill();
      await once(receiver, 'close');
      await rm(folder, { recursive: true });
    }
  });
}

async function isBound(socket: string): Promise<boolean> {
  return (await readFile('/proc/net/unix', 'utf8')).includes(socket);
}

for (const { kind, environment } of [
  { kind: 'a socket that is not there', environment: { NOTIFY_SOCKET: '/nowhere/notify.sock' } },
  { kind: 'no systemd-notify', environment: { NOTIFY_SOCKET: '/nowhere/notify.sock', PATH: '/nowhere' } },
]) {
  test(`with ${kind} the process starts and stops as ever, and the log says so once`, async () => {
    await using child = startProgram('notified', { logs: true }, { WATCHDOG_USEC: '100000', ...environment });
    const exit = await child.exited;
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(exit.err.match(/systemd could not be notified/g)).toHaveLength(1);
  });
}
