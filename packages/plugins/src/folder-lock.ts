import { createHash, randomUUID } from 'node:crypto';
import { fsync } from 'node:fs';
import { mkdir, open, readdir, readFile, readlink, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { hasCode } from './error-code.ts';

// (1) Whoever has put down its flag looks for others after that, and takes its own away when there is one: of two, at most
//     one goes on.
// (2) A flag has a name of its own: to remove one of a process that has ended can never remove that of another.
// (3) A flag counts for `flagMs` at most. What is kept is written into the flag itself, which is then renamed: when others
//     have removed it meanwhile nothing is kept.

const toDisk = promisify(fsync);

/** How long a flag counts whose process cannot be asked for, because it runs elsewhere, or does not move. */
const flagMs = 30_000;

export interface LockOptions {
  /** The folder of the flags; made when it is needed. */
  readonly folder: string;
  /** What is locked. */
  readonly key: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Makes the error of a lock that cannot be had in its time. */
  readonly late: (holder: string) => Error;
}

/**
 * Replaces a file, in one step, by what `make` returns, while no other process, and nobody else in this one, does so under the
 * same key. The flags have to be on the file system of the file.
 */
export async function replaceLocked(file: string, make: () => Promise<string>, options: LockOptions): Promise<void> {
  const { folder, key, timeoutMs, signal, late } = options;
  const own = await ownFlag(key);
  const endsAt = performance.now() + timeoutMs;
  for (let attempt = 0; ; attempt += 1) {
    signal.throwIfAborted();
    const flag = `${own}.${randomUUID()}`;
    try {
      await putDown(folder, flag);
      const other = await otherHolder(folder, flag);
      if (other === undefined) return await replace(file, await make(), join(folder, flag), options);
      if (performance.now() >= endsAt) throw late(other);
    } finally {
      await rm(join(folder, flag), { force: true });
    }
    // By chance, so that two that have seen each other do not meet again.
    await wait(1 + Math.random() * Math.min(50, 2 ** attempt), undefined, { signal });
  }
}

async function replace(file: string, text: string, flag: string, { signal, late }: LockOptions): Promise<void> {
  try {
    const handle = await open(flag, 'r+');
    try {
      await handle.writeFile(text, { signal });
      // Not handle.sync(): Yarn puts handles of its own in their place, which do not have it.
      await toDisk(handle.fd);
    } finally {
      await handle.close();
    }
    await rename(flag, file);
  } catch (error) {
    throw hasCode(error, 'ENOENT') ? late('another process, because this one stood still for too long') : error;
  }
}

async function putDown(folder: string, flag: string): Promise<void> {
  try {
    await writeFile(join(folder, flag), '', { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, flag), '', { flag: 'wx', mode: 0o600 });
  }
}

/** Who else has a flag down under the same key; flags that do not count any more are removed. */
async function otherHolder(folder: string, flag: string): Promise<string | undefined> {
  const own = parse(flag);
  const others = (await readdir(folder)).filter((name) => name !== flag && parse(name)?.key === own?.key);
  for (const name of others) {
    const other = parse(name);
    if (!other || !own) continue;
    if (await counts({ folder, name, flag }, other, own)) return `process ${other.pid} on ${other.host}`;
    await rm(join(folder, name), { force: true });
  }
  return undefined;
}

interface Flag {
  readonly key: string;
  /** Where process ids mean the same: one start of one machine, and there one set of processes. */
  readonly place: string;
  readonly pid: number;
  /** When the process was started, in a unit of its place; tells it from a later one with the same id. */
  readonly started: string;
  readonly host: string;
}

const form = /^(?<key>[0-9a-f]{16})\.(?<place>[0-9a-f]{16})\.(?<pid>\d+)\.(?<started>\d+)\.(?<host>[^.]*)\.[0-9a-f-]+$/;

function parse(name: string): Flag | undefined {
  const { key, place, pid, started, host } = form.exec(name)?.groups ?? {};
  if (key === undefined || place === undefined || started === undefined || host === undefined) return undefined;
  return { key, place, pid: Number(pid), started, host: decodeURIComponent(host) };
}

async function counts(
  { folder, name, flag }: { readonly folder: string; readonly name: string; readonly flag: string },
  other: Flag,
  own: Flag,
): Promise<boolean> {
  if (other.place === own.place && !(await isAlive(other))) return false;
  // Both times are those of the file system, whatever the clocks of the machines say.
  const [theirs, ours] = await Promise.all([name, flag].map((each) => changedAt(join(folder, each))));
  return theirs !== undefined && ours !== undefined && ours - theirs < flagMs;
}

async function changedAt(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

async function isAlive({ pid, started }: Flag): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return !hasCode(error, 'ESRCH');
  }
  const known = await processOf(String(pid));
  // One that has ended stays in the list of processes until its parent has asked for it.
  return known === undefined || (known.started === started && !['Z', 'X'].includes(known.state));
}

/** What Linux says of a process; nothing elsewhere. */
async function processOf(pid: string): Promise<{ readonly state: string; readonly started: string } | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The name of the program comes before, in brackets, and may contain anything.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, started] = [fields?.[0], fields?.[19]];
  return state === undefined || started === undefined ? undefined : { state, started };
}

/** The name of a flag of this process, without what makes it unique. */
async function ownFlag(key: string): Promise<string> {
  const host = hostname();
  const [boot, processes, self] = await Promise.all([
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''),
    readlink('/proc/self/ns/pid').catch(() => ''),
    processOf('self'),
  ]);
  const place = digest([host, boot, processes].join('\n'));
  const shown = encodeURIComponent(host.slice(0, 60)).replaceAll('.', '%2E');
  return [digest(key), place, process.pid, self?.started ?? '0', shown].join('.');
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
