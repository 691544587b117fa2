// What does trust cost at the start of a host, and what does reading an archive cost beside the reader that npm has?
// Standard output carries one line of JSON for each case and peer; explanations go to standard error.
import { execFileSync } from 'node:child_process';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, realpathSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { PluginCode } from '@seaworthy/plugins';
import {
  createTrust,
  digestArchive,
  installPlugin,
  keyIdOf,
  openKeys,
  publicKeyText,
  signKeys,
  signPlugin,
  type Trust,
} from '@seaworthy/plugins/trust';
import { compare, median, tell } from './harness.ts';

const isQuick = process.argv.includes('--quick');
const folder = mkdtempSync(join(tmpdir(), 'bench-trust-'));
try {
  await compareStart(isQuick ? 20 : 100, isQuick ? 3 : 9);
  await compareArchives(isQuick ? 5 : 31);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Plugins of 20 modules with 2 kB each, signed and installed. */
async function compareStart(count: number, rounds: number): Promise<void> {
  const [root, acme] = [generateKeyPairSync('ed25519'), generateKeyPairSync('ed25519')];
  const content = { version: 1, expires: '2999-01-01T00:00:00Z', keys: [{ key: publicKeyText(acme.publicKey) }] };
  const keys = openKeys([signKeys(content, [root.privateKey])], { keys: [root.publicKey] });
  const codes: PluginCode[] = [];
  for (let index = 0; index < count; index += 1) {
    const archive = pack(`plugin-${index}`, 20);
    const envelopes = [await signPlugin(archive, [acme.privateKey])];
    const { name: id, version, directory } = await installPlugin(archive, join(folder, 'plugins'), { envelopes });
    const manifest = { id, version, api: '^0.1.0' };
    codes.push({ id, version, directory, entry: new URL('index.js', directory), manifest });
  }
  const policy = { publishers: { '*': [keyIdOf(acme.publicKey)] } };
  const cold: number[] = [];
  const warm: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    // A new one has an empty cache.
    const trust = createTrust({ policy, keys });
    cold.push(await examineAll(trust, codes));
    warm.push(await examineAll(trust, codes));
  }
  const unit = 'ms for each plugin';
  tell({ case: 'verify and scan plugins of 20 modules, scanned before', value: median(warm), unit, target: 10 });
  tell({ case: 'verify and scan plugins of 20 modules, for the first time', value: median(cold), unit });
}

/** Milliseconds for each plugin, one after the other. */
async function examineAll({ examiners }: Trust, codes: readonly PluginCode[]): Promise<number> {
  const { signal } = new AbortController();
  const startedAt = performance.now();
  for (const code of codes) for (const examiner of examiners) await examiner.examine(code, { signal });
  return (performance.now() - startedAt) / codes.length;
}

interface NpmTar {
  list(options: { file: string; onReadEntry(entry: NodeJS.ReadableStream & { path: string }): void }): Promise<void>;
}

/** Each side reads a file and makes the SHA-512 of every file in it. */
async function compareArchives(rounds: number): Promise<void> {
  const archive = pack('archive', 300);
  const file = join(folder, 'archive.tgz');
  writeFileSync(file, archive);
  const tar: NpmTar = createRequire(import.meta.url)(join(npmFolder(), 'node_modules/tar'));
  const theirs = async (): Promise<unknown> => {
    const digests: string[] = [];
    const onReadEntry = (entry: NodeJS.ReadableStream): void => {
      const hash = createHash('sha512');
      entry.on('data', (chunk: Uint8Array) => hash.update(chunk));
      entry.on('end', () => digests.push(hash.digest('base64')));
    };
    await tar.list({ file, onReadEntry });
    return digests;
  };
  const timed = (work: () => Promise<unknown>) => async (): Promise<number> => {
    const startedAt = performance.now();
    await work();
    return performance.now() - startedAt;
  };
  await compare({
    name: 'read and hash an archive of 300 files',
    unit: 'ms',
    ours: timed(() => digestArchive(archive)),
    // Told only: it reads what ours refuses, and knows nothing of two names that are one.
    peers: [{ name: 'tar, as in npm', measure: timed(theirs) }],
    rounds,
    warmUp: 5,
  });
}

function pack(name: string, modules: number): Buffer {
  const source = join(folder, 'source', name);
  mkdirSync(join(source, 'package/lib'), { recursive: true });
  const manifest = { name, version: '1.0.0', type: 'module', seaworthy: { api: '^0.1.0' } };
  writeFileSync(join(source, 'package/package.json'), JSON.stringify(manifest));
  for (let index = 0; index < modules; index += 1) {
    writeFileSync(join(source, 'package', index === 0 ? 'index.js' : `lib/module-${index}.js`), moduleText(index));
  }
  return execFileSync('tar', ['--format=ustar', '-czf', '-', 'package'], { cwd: source });
}

/** About 2 kB of code. */
function moduleText(index: number): string {
  const lines = [`import { value${index} as before } from './module-${index + 1}.js';`];
  for (let line = 0; line < 26; line += 1) {
    lines.push(
      `export const of${line} = (list) => list.filter((each) => /\\d+/.test(each)).map(before); // number ${line}`,
    );
  }
  return lines.join('\n');
}

/** Where npm lies: that which runs this program, or that on the path. */
function npmFolder(): string {
  const script = process.env['npm_execpath'];
  if (script?.endsWith('npm-cli.js') === true) return dirname(dirname(realpathSync(script)));
  return join(execFileSync('npm', ['root', '--global'], { encoding: 'utf8' }).trim(), 'npm');
}
