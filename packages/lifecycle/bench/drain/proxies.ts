// A rolling restart of two instances behind a real proxy.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, startClient, startProgram, startServer, type Program } from './programs.ts';
import type { ServerSettings } from './protocol.ts';
import { graceMs, keepAliveBufferMs, keepAliveMs, tally, type RunResult } from './run.ts';

/** A proxy that can be tried. */
export interface Proxy {
  readonly name: string;
  readonly command: string;
  /** Prints its version; tells whether it is there. */
  readonly versionFlag: string;
  readonly config: (folder: string, port: number, instances: readonly number[]) => string;
  readonly args: (folder: string) => readonly string[];
  /** How long after a restart it takes the proxy to use an instance again. */
  readonly settleMs: number;
}

/** Probes every 100 ms; the lame-duck time is longer. */
const haproxy: Proxy = {
  name: 'HAProxy',
  command: 'haproxy',
  versionFlag: '-v',
  config: (_, port, instances) => `
defaults
  mode http
  timeout connect 1s
  timeout client 10s
  timeout server 10s
  option redispatch
frontend front
  bind 127.0.0.1:${port}
  default_backend api
backend api
  option httpchk GET /ready
  http-check expect status 200
  default-server check inter 100ms fall 1 rise 1
${instances.map((instance) => `  server s${instance} 127.0.0.1:${instance}`).join('\n')}
`,
  args: (folder) => ['-db', '-f', join(folder, 'config')],
  settleMs: 400,
};

/** Has no probes in its free edition: it learns from refused connections. */
const nginx: Proxy = {
  name: 'nginx',
  command: 'nginx',
  versionFlag: '-v',
  config: (folder, port, instances) => `
daemon off;
${process.getuid?.() === 0 ? 'user root;' : ''}
worker_processes 1;
pid ${folder}/pid;
error_log ${folder}/error.log;
events {}
http {
  access_log off;
${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `  ${name}_temp_path ${folder}/${name};`).join('\n')}
  upstream api {
${instances.map((instance) => `    server 127.0.0.1:${instance} max_fails=1 fail_timeout=1s;`).join('\n')}
    keepalive 16;
  }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://api;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
    }
  }
}
`,
  args: (folder) => ['-p', folder, '-e', join(folder, 'error.log'), '-c', join(folder, 'config')],
  // It leaves an instance that refused alone for a second.
  settleMs: 1_300,
};

export const proxies: readonly Proxy[] = [haproxy, nginx];

/** Why a proxy cannot be tried. */
export function whyNot({ command, versionFlag }: Proxy): string | undefined {
  const { error } = spawnSync(command, [versionFlag]);
  return error ? `${command} is not installed (${error.message})` : undefined;
}

/** Restarts both instances one after the other under load. */
export async function rollingRestart(proxy: Proxy): Promise<Omit<RunResult, 'exitCode' | 'exitMs'>> {
  const folder = mkdtempSync(join(tmpdir(), 'seaworthy-drain-'));
  const ranFile = join(folder, 'ran');
  const timing = { lameDuckMs: 400, graceMs, keepAliveMs, keepAliveBufferMs };
  const settings = { side: 'seaworthy', ranFile, ...timing } as const;
  let front: Program | undefined;
  try {
    const [port = 0, ...ports] = await freePorts(3);
    const instances = await Promise.all(ports.map((own) => startServer({ ...settings, port: own })));
    writeFileSync(join(folder, 'config'), proxy.config(folder, port, ports));
    front = startProgram(proxy.command, proxy.args(folder));
    await listening(port);
    // Until the first probes have answered.
    await after(500);
    const client = await startClient({ port, scale: 0.5, isProxied: true, longestMs: 60_000 });
    for (const [index, instance] of instances.entries()) {
      await after(proxy.settleMs);
      const next = await restart(instance.program, { ...settings, port: ports[index] ?? 0 });
      instances[index] = next;
    }
    await after(proxy.settleMs);
    client.program.endInput();
    const { outcomes } = await client.report(20_000);
    for (const { program } of instances) {
      program.kill('SIGKILL');
      await program.ended(1_000);
    }
    return tally(outcomes, readFileSync(ranFile, 'utf8').split('\n'));
  } finally {
    front?.kill('SIGTERM');
    await front?.ended(2_000);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function restart(program: Program, settings: ServerSettings): ReturnType<typeof startServer> {
  program.kill('SIGTERM');
  await program.ended(graceMs + 4_000);
  return startServer(settings);
}

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  await Promise.all(servers.map((server) => new Promise<void>((done) => server.listen(0, '127.0.0.1', done))));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}

async function listening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const socket = connect(port, '127.0.0.1');
    const isUp = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (isUp) return;
    await after(50);
  }
  throw new Error(`Nothing listens on port ${port} after 5 s.`);
}
