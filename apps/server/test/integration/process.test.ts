import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addressesOf, runProgram, type Program } from '../support/program.ts';

let folder: string;
let program: Program | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'seaworthy-process-'));
});

afterEach(async () => {
  await program?.end();
  program = undefined;
  rmSync(folder, { recursive: true, force: true });
});

function run(variables: Readonly<Record<string, string>>, args: readonly string[] = []): Program {
  program = runProgram(variables, args);
  return program;
}

async function takePort(): Promise<Server> {
  const other = createServer();
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  return other;
}

const takenPorts = [
  { variable: 'PORT', code: 'seaworthy.server.PORT_IN_USE', exit: 78 },
  { variable: 'SEAWORTHY_MANAGEMENT_PORT', code: 'seaworthy.management.LISTEN_FAILED', exit: 69 },
];
for (const { variable, code, exit } of takenPorts) {
  test(`${variable} of a port that is taken is ${code}, and the exit code is ${exit}`, async () => {
    const other = await takePort();
    try {
      const { port } = other.address() as AddressInfo;
      const { exited, output } = run({ PORT: '0', [variable]: String(port) });
      expect(await exited).toBe(exit);
      expect(output()).toContain(code);
      expect(output()).toContain(String(port));
    } finally {
      other.close();
    }
  });
}

// Each one fails in another part of the start. The process must end by itself: nothing calls exit.
const failures: readonly {
  title: string;
  file: string;
  text: string;
  variables: (place: string) => Record<string, string>;
  code: string;
  exit: number;
}[] = [
  {
    title: 'flags that are not JSON',
    file: 'flags.json',
    text: '{"flags":',
    variables: (place) => ({ SEAWORTHY_FLAGS_FILE: join(place, 'flags.json') }),
    code: 'seaworthy.flags.NOT_JSON',
    exit: 78,
  },
  {
    title: 'a database that is none',
    file: 'server.sqlite',
    text: 'this is not a database, and it is long enough to have a header of its own '.repeat(20),
    variables: (place) => ({ SEAWORTHY_DATA_DIR: place }),
    code: 'seaworthy.server.DATA_UNREADABLE',
    exit: 74,
  },
  {
    title: 'an address of another machine',
    file: 'unused',
    text: '',
    variables: () => ({ SEAWORTHY_HOST: '192.0.2.1', SEAWORTHY_PUSH_TOKEN: 'a-token-for-this-test' }),
    code: 'seaworthy.server.CANNOT_LISTEN',
    exit: 78,
  },
];
for (const { title, file, text, variables, code, exit } of failures) {
  test(`${title}: the start fails with ${code}, nothing stays open, and the exit code is ${exit}`, async () => {
    writeFileSync(join(folder, file), text);
    const { exited, output } = run({ PORT: '0', ...variables(folder) });
    expect(await exited).toBe(exit);
    expect(output()).toContain(code);
    expect(output()).toContain('"reason":"start-failed"');
    expect(output()).not.toMatch(/did not stop cleanly|\n +at /);
  });
}

test('a wrong configuration prints every problem with its source, and the exit code is 78', async () => {
  const { exited, output } = run({ PORT: 'eighty', SEAWORTHY_LOG_LEVEL: 'loud', SEAWORTHY_PUSH_TOKEN: 'short' }, [
    '--shutdown.graceMs=-1',
    '--nonsense=1',
  ]);
  expect(await exited).toBe(78);
  const text = output();
  for (const source of ['PORT', 'SEAWORTHY_LOG_LEVEL', 'SEAWORTHY_PUSH_TOKEN', '--shutdown.graceMs', '--nonsense']) {
    expect(text).toContain(source);
  }
  expect(text).toContain('eighty');
  expect(text).toContain('loud');
  expect(text).not.toMatch(/"short"/);
});

test('without PORT it takes the default port or the next free one, and says which', async () => {
  const { url, management } = await addressesOf(run({ SEAWORTHY_MANAGEMENT_PORT: '' }));
  expect(Number(new URL(url).port)).toBeGreaterThanOrEqual(8080);
  expect(Number(new URL(management).port)).toBeGreaterThanOrEqual(9090);
  expect((await fetch(url)).status).toBe(200);
});

test('a signal during the start ends it, with nothing said of an error', async () => {
  const started = run({ PORT: '0', SEAWORTHY_LOG_LEVEL: 'debug' });
  await expect.poll(started.output, { timeout: 20_000, interval: 1 }).toContain('"message":"Flags changed"');
  started.child.kill('SIGTERM');
  expect(await started.exited).toBe(0);
  expect(started.output()).toContain('"message":"stopped"');
  expect(started.output()).not.toContain('seaworthy.');
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} ends it with 0, and the last record is written`, async () => {
    const started = run({ PORT: '0' });
    await addressesOf(started);
    started.child.kill(signal);
    expect(await started.exited).toBe(0);
    expect(started.output().trim().split('\n').at(-1)).toContain(`"reason":"${signal}","exitCode":0`);
  });
}

test('the second signal ends the process at once with 128 and its number', async () => {
  const started = run({ PORT: '0', SEAWORTHY_SHUTDOWN_LAME_DUCK_MS: '20000' });
  await addressesOf(started);
  started.child.kill('SIGTERM');
  await wait(300);
  started.child.kill('SIGTERM');
  expect(await started.exited).toBe(143);
});
