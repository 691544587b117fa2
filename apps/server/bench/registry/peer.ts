import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** A registry that runs in a process of its own. */
export interface Peer extends AsyncDisposable {
  readonly name: string;
  /** Without a slash at its end. */
  readonly registry: string;
  /** Sent with what needs an account; empty where publishing needs none. */
  readonly authorization: string;
  /** Memory that it holds now, in MiB. */
  residentMegabytes(): number;
  /** How long it has computed so far, in milliseconds. */
  processorMs(): number;
}

export interface Started {
  readonly child: ChildProcess;
  readonly folder: string;
}

/** Starts a program, with its standard output in a file as a service has it, and waits until `address` answers. */
export async function startProgram(
  { folder, args, env = {} }: { folder: string; args: readonly string[]; env?: NodeJS.ProcessEnv },
  address: string,
): Promise<Started> {
  const output = openSync(join(folder, 'output.log'), 'a');
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { ...process.env, NODE_ENV: 'production', ...env },
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  const deadline = performance.now() + 120_000;
  while (!(await isUp(address))) {
    if (child.exitCode !== null || performance.now() > deadline) {
      child.kill('SIGKILL');
      throw new TypeError(`${args.join(' ')} does not answer:\n${readFileSync(join(folder, 'output.log'), 'utf8')}`);
    }
    await wait(100);
  }
  return { child, folder };
}

export async function stopProgram({ child, folder }: Started): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
}

export function residentMegabytes({ child }: Started): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1_024;
}

/** By the system's count of user and system time, in hundredths of a second. */
export function processorMs({ child }: Started): number {
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

export function temporaryFolder(name: string): string {
  return mkdtempSync(join(tmpdir(), `seaworthy-bench-${name}-`));
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function isUp(address: string): Promise<boolean> {
  try {
    return (await fetch(address, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}
