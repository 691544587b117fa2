import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { end, keep } from '../process/children.ts';
import { plainEnvironment, programScript } from '../process/program.ts';

/** A package registry of our own that knows only our packages. */
export interface Registry {
  readonly url: string;
  /** An npmrc that lets `npm publish` talk to this registry; the user's own is neither read nor written. */
  readonly publishConfig: string;
  /** Stops it, and waits until it has stopped. May be called again. */
  stop(): Promise<void>;
}

const startTimeoutMs = 60_000;

/** Starts an empty Verdaccio on a free port of this machine. It has no uplink: what it does not have, it does not look for. */
export async function startRegistry(folder: string): Promise<Registry> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const settings = join(folder, 'config.yml');
  const publishConfig = join(folder, 'publish.npmrc');
  await writeFile(settings, verdaccioSettings());
  await writeFile(publishConfig, `registry=${url}\n//127.0.0.1:${port}/:_authToken=local\n`);
  const child = spawn(
    process.execPath,
    [programScript('verdaccio'), '--config', settings, '--listen', `127.0.0.1:${port}`],
    { stdio: ['ignore', 'pipe', 'pipe'], env: plainEnvironment() },
  );
  keep(child);
  const stop = stopping(child);
  await answering(child, url).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { url, publishConfig, stop };
}

function verdaccioSettings(): string {
  return [
    'storage: ./storage',
    'auth: { htpasswd: { file: ./htpasswd, max_users: -1 } }',
    'uplinks: {}',
    "packages: { '@seaworthy/*': { access: $all, publish: $all, unpublish: $all } }",
    'web: { enable: false }',
    'log: { type: stdout, format: json, level: warn }',
    '',
  ].join('\n');
}

function stopping(child: ChildProcess): () => Promise<void> {
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return async () => {
    end(child);
    await ended;
  };
}

async function answering(child: ChildProcess, url: string): Promise<void> {
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const deadline = performance.now() + startTimeoutMs;
  while (!(await isUp(url))) {
    if (child.exitCode !== null) throw new Error(`Verdaccio ended with code ${child.exitCode}.\n${output}`);
    if (performance.now() > deadline) throw new Error(`Verdaccio did not answer in ${startTimeoutMs} ms.\n${output}`);
    await sleep(100);
  }
}

async function isUp(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}-/ping`, { signal: AbortSignal.timeout(2000) });
    return answer.ok;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve, reject) => server.once('listening', resolve).once('error', reject));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('The system gave no free port.');
  return address.port;
}
