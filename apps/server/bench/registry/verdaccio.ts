import { createRequire } from 'node:module';
import { linkSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { benchPackages, packageCount, type BenchPackage } from './packages.ts';
import {
  freePort,
  processorMs,
  residentMegabytes,
  startProgram,
  stopProgram,
  temporaryFolder,
  type Peer,
} from './peer.ts';

const require = createRequire(import.meta.url);
const program = join(dirname(require.resolve('verdaccio/package.json')), 'bin/verdaccio');

/** Verdaccio as its documentation sets it up for private packages, without uplinks and pages; anybody may publish. */
const settings = [
  'storage: ./storage',
  'auth: { htpasswd: { file: ./htpasswd } }',
  'uplinks: {}',
  "packages: { '**': { access: $all, publish: $all } }",
  'web: { enable: false }',
  'max_body_size: 100mb',
  'log: { type: stdout, format: json, level: http }',
  '',
].join('\n');

export async function startVerdaccio(count: number = packageCount): Promise<Peer> {
  const folder = temporaryFolder('verdaccio');
  writeFileSync(join(folder, 'config.yaml'), settings);
  fill(join(folder, 'storage'), count);
  const port = await freePort();
  const registry = `http://127.0.0.1:${port}`;
  const args = [program, '--config', join(folder, 'config.yaml'), '--listen', `127.0.0.1:${port}`];
  const started = await startProgram({ folder, args }, `${registry}/-/ping`);
  return {
    name: 'verdaccio',
    registry,
    authorization: '',
    residentMegabytes: () => residentMegabytes(started),
    processorMs: () => processorMs(started),
    [Symbol.asyncDispose]: () => stopProgram(started),
  };
}

function fill(storage: string, count: number): void {
  const list: string[] = [];
  for (const each of benchPackages(count)) {
    const folder = join(storage, each.name);
    mkdirSync(folder, { recursive: true });
    const [first, ...others] = each.versions.map((version) => join(folder, `${each.name}-${version}.tgz`));
    writeFileSync(first as string, each.archive);
    for (const other of others) linkSync(first as string, other);
    writeFileSync(join(folder, 'package.json'), JSON.stringify(documentOf(each), undefined, 2));
    list.push(each.name);
  }
  writeFileSync(join(storage, '.verdaccio-db.json'), JSON.stringify({ list, secret: 'bench'.repeat(7).slice(0, 32) }));
}

function documentOf({ name, versions, manifest, readme, integrity, shasum }: BenchPackage): object {
  const at = new Date().toISOString();
  const file = (version: string): string => `${name}-${version}.tgz`;
  const versionOf = (version: string): object => ({
    name,
    version,
    ...manifest,
    _id: `${name}@${version}`,
    dist: { integrity, shasum, tarball: `http://localhost/${name}/-/${file(version)}` },
  });
  return {
    name,
    versions: Object.fromEntries(versions.map((version) => [version, versionOf(version)])),
    time: { created: at, modified: at, ...Object.fromEntries(versions.map((version) => [version, at])) },
    users: {},
    'dist-tags': { latest: versions.at(-1) },
    _uplinks: {},
    _distfiles: {},
    _attachments: Object.fromEntries(versions.map((version) => [file(version), { shasum }])),
    _rev: '1-0000000000000000',
    _id: name,
    readme,
  };
}
