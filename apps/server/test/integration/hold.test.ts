import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ServerErrors } from '../../src/errors.ts';
import { holdFolder } from '../../src/storage/hold.ts';

let folder: string;
let child: ChildProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'seaworthy-hold-'));
});

afterEach(async () => {
  if (child !== undefined && child.exitCode === null && child.signalCode === null) await end(child);
  child = undefined;
  rmSync(folder, { recursive: true, force: true });
});

async function end(process: ChildProcess): Promise<void> {
  // Detached, so that what `unshare` has started is ended as well.
  globalThis.process.kill(-(process.pid as number), 'SIGKILL');
  await once(process, 'close');
}

/** Another process that has the folder, as the first process of its own namespace when it is started by `unshare`. */
async function heldElsewhere(before: readonly string[] = []): Promise<ChildProcess> {
  const hold = join(import.meta.dirname, '../../src/storage/hold.ts');
  const program = `const { holdFolder } = await import(${JSON.stringify(hold)});
    const held = await holdFolder(${JSON.stringify(folder)});
    console.log('held', process.pid);
    setInterval(() => held, 1000);`;
  const node = [process.execPath, '--conditions=@seaworthy/source', '--input-type=module', '--eval', program];
  const [command, ...args] = [...before, ...node] as [string, ...string[]];
  child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  await once(child.stdout as NonNullable<typeof child.stdout>, 'data');
  return child;
}

test('a second server is refused, and told who has the folder', async () => {
  const held = await holdFolder(folder);
  const failure = await holdFolder(folder, { waitMs: 0 }).catch((error: unknown) => error);
  expect(ServerErrors.DATA_IN_USE.is(failure)).toBe(true);
  expect(String(failure)).toContain(`process ${process.pid} on ${hostname()}`);
  held[Symbol.dispose]();
  (await holdFolder(folder, { waitMs: 0 }))[Symbol.dispose]();
});

test('a server that is still closing is waited for', async () => {
  const held = await holdFolder(folder);
  const next = holdFolder(folder);
  held[Symbol.dispose]();
  await expect(next).resolves.toBeDefined();
  (await next)[Symbol.dispose]();
});

test('a start that is given up does not wait any longer, and leaves the folder free', async () => {
  const held = await holdFolder(folder);
  const abort = new AbortController();
  const next = holdFolder(folder, { signal: abort.signal });
  abort.abort();
  await expect(next).rejects.toThrow('aborted');
  held[Symbol.dispose]();
  (await holdFolder(folder, { waitMs: 0 }))[Symbol.dispose]();
});

test('a file in the place of the lock that is none is told with its path', async () => {
  writeFileSync(join(folder, 'server.lock'), 'this is no lock '.repeat(100));
  const failure = await holdFolder(folder).catch((error: unknown) => error);
  expect(ServerErrors.DATA_UNREADABLE.is(failure)).toBe(true);
  expect(String(failure)).toContain('server.lock');
});

const withNamespace = ['unshare', '--pid', '--fork'];
const hasNamespaces = spawnSync('unshare', ['--pid', '--fork', 'true']).status === 0;
for (const { where, before } of [
  { where: 'another process', before: [] },
  { where: 'a container, whose processes are not seen from here,', before: withNamespace },
]) {
  test(`a server in ${where} has the folder until it is killed`, async ({ skip }) => {
    skip(before.length > 0 && !hasNamespaces, 'unshare cannot make a namespace of processes here');
    const other = await heldElsewhere(before);
    const failure = await holdFolder(folder, { waitMs: 0 }).catch((error: unknown) => error);
    expect(ServerErrors.DATA_IN_USE.is(failure)).toBe(true);
    await end(other);
    (await holdFolder(folder))[Symbol.dispose]();
  });
}
