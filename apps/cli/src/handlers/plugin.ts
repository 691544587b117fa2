import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { folder, type Discovery } from '@seaworthy/plugins';
import { attestationsOf, claimOf, installPlugin, keyIdOf, readEvidence, signPlugin } from '@seaworthy/plugins/trust';
import { CliErrors } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { loadMessages } from '../i18n/messages.ts';
import { loadParts } from '../i18n/parts.ts';
import type { Io } from '../io.ts';
import { runNpm } from '../npm.ts';
import { writeAtomically } from '../output.ts';
import { readEnvelopes, readInput, verifyArchive } from '../plugin/archive.ts';
import { readKeys } from '../plugin/keys.ts';
import { isRecord, property } from '../project/record.ts';
import { printable } from '../reporters/text.ts';

export interface SignFlags {
  readonly key?: readonly string[];
  readonly out?: string;
}

/** Signs a packed plugin and prints where the signature is. @throws KEY_MISSING, KEY_UNREADABLE, INPUT_UNREADABLE */
export async function sign({ key = [], out }: SignFlags, archive: string, io: Io): Promise<number> {
  if (key.length === 0) throw new CliErrors.KEY_MISSING();
  const keys = await readKeys(key, 'private', io.cwd);
  const envelope = await signPlugin(await readInput(archive, io.cwd), keys);
  const path = out ?? `${archive}.signature.json`;
  await writeAtomically(resolve(io.cwd, path), `${JSON.stringify(attestationsOf([envelope]), null, 2)}\n`);
  io.stdout.write(`${printable(path)}\n`);
  const messages = await loadMessages(io.locale);
  io.stderr.write(`${messages.plugin.signedWith(keys.map(keyIdOf).join(', '))}\n`);
  return exitCodes.clean;
}

export interface VerifyFlags {
  readonly key?: readonly string[];
  readonly signature?: string;
}

/** Tells whether a packed plugin is what the owner of a key has signed; 1 when it is not. @throws KEY_MISSING, KEY_UNREADABLE, INPUT_UNREADABLE */
export async function verify({ key = [], signature }: VerifyFlags, archive: string, io: Io): Promise<number> {
  if (key.length === 0) throw new CliErrors.KEY_MISSING();
  const keys = await readKeys(key, 'public', io.cwd);
  const envelopes = await readEnvelopes(signature ?? `${archive}.signature.json`, io.cwd);
  const verdict = await verifyArchive(await readInput(archive, io.cwd), envelopes, keys);
  const name = printable(archive);
  if (!verdict.ok) {
    const say = await loadParts(io.locale);
    io.stdout.write(`${name}: ${printable(say(verdict.reason))}\n`);
    return exitCodes.found;
  }
  const { claim, keys: signers } = verdict;
  const { signedBy } = (await loadMessages(io.locale)).plugin;
  io.stdout.write(`${name}: ${printable(`${claim.name} ${claim.version}`)}, ${signedBy(signers.join(', '))}\n`);
  return exitCodes.clean;
}

export interface InstallFlags extends VerifyFlags {
  readonly directory?: string;
}

/**
 * Lets npm fetch a plugin from the registry it is set up for, checks its signature, and unpacks it. No script of the package runs.
 *
 * @throws SPEC_INVALID, NPM_FAILED, PLUGIN_REFUSED, and what installing throws
 */
export async function install(
  { key = [], signature, directory = 'plugins' }: InstallFlags,
  spec: string,
  io: Io,
): Promise<number> {
  expectRegistrySpec(spec);
  const keys = await readKeys(key, 'public', io.cwd);
  if (keys.length > 0 !== (signature !== undefined)) throw new CliErrors.SIGNATURE_APART();
  const envelopes = signature === undefined ? [] : await readEnvelopes(signature, io.cwd);
  const place = await mkdtemp(join(tmpdir(), 'seaworthy-plugin-'));
  try {
    await runNpm(['pack', spec, '--ignore-scripts', '--silent', '--pack-destination', place], io, { cwd: io.cwd });
    const [file] = await readdir(place);
    const archive = await readInput(file ?? spec, place);
    if (keys.length > 0) await expectSigned(archive, envelopes, keys, spec);
    const installed = await installPlugin(archive, resolve(io.cwd, directory), { envelopes });
    io.stdout.write(`${printable(`${installed.name} ${installed.version}`)}  ${fileURLToPath(installed.directory)}\n`);
    if (keys.length === 0) io.stderr.write(`${(await loadMessages(io.locale)).plugin.notVouchedFor}\n`);
    return exitCodes.clean;
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

async function expectSigned(
  archive: Uint8Array,
  envelopes: readonly unknown[],
  keys: Awaited<ReturnType<typeof readKeys>>,
  plugin: string,
): Promise<void> {
  const verdict = await verifyArchive(archive, envelopes, keys);
  if (!verdict.ok) throw new CliErrors.PLUGIN_REFUSED({ plugin, reason: verdict.reason });
}

/** A name, perhaps with a version: npm would also take an address, a directory or one of its own options. */
function expectRegistrySpec(spec: string): void {
  if (/^(?:@[\w-][\w.-]*\/)?[\w-][\w.-]*(?:@[\w.+^~*-]+)?$/.test(spec) && !spec.startsWith('-')) return;
  throw new CliErrors.SPEC_INVALID({ spec: JSON.stringify(spec) });
}

export interface PublishFlags {
  readonly tag?: string;
  readonly access?: string;
  readonly dryRun?: boolean;
}

/** Lets npm publish a plugin: a directory, or what `npm pack` has made of it. @throws NO_PLUGIN, NPM_FAILED */
export async function publish(
  { tag, access, dryRun }: PublishFlags,
  target: string | undefined,
  io: Io,
): Promise<number> {
  const path = resolve(io.cwd, target ?? '.');
  await expectPlugin(path, target ?? '.');
  const flags = [
    ...(tag === undefined ? [] : [`--tag=${tag}`]),
    ...(access === undefined ? [] : [`--access=${access}`]),
    ...(dryRun === true ? ['--dry-run'] : []),
  ];
  io.stdout.write(await runNpm(['publish', path, ...flags], io, { cwd: io.cwd }));
  return exitCodes.clean;
}

async function expectPlugin(path: string, name: string): Promise<void> {
  const isArchive = /\.(?:tgz|tar\.gz)$/.test(path);
  if (isArchive) return void (await claimOf(await readInput(path, path)));
  const manifest: unknown = JSON.parse((await readInput('package.json', path)).toString('utf8'));
  if (!isRecord(property(manifest, 'seaworthy'))) throw new CliErrors.NO_PLUGIN({ path: name });
}

export interface SearchFlags {
  readonly json?: boolean;
}

/** Lets npm search the registry for packages with the keyword of plugins. @throws NPM_FAILED */
export async function search({ json = false }: SearchFlags, words: readonly string[], io: Io): Promise<number> {
  const given = words.flatMap((word) => word.split(/[^\w@/.-]+/)).filter((word) => /^[\w@]/.test(word));
  const args = ['search', '--json', '--searchlimit=50', 'keywords:seaworthy-plugin', ...given];
  const found: unknown = JSON.parse(await runNpm(args, io, { cwd: io.cwd, timeoutMs: 60_000 }));
  const rows = (Array.isArray(found) ? found : []).filter(isRecord).map(({ name, version, description }) => ({
    name: String(name),
    version: String(version),
    description: typeof description === 'string' ? description : '',
  }));
  if (json) io.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
  else {
    const width = Math.max(0, ...rows.map(({ name }) => name.length));
    const lines = rows.map((row) =>
      printable(`${row.name.padEnd(width)}  ${row.version}  ${row.description}`).trimEnd(),
    );
    const { found: foundText } = (await loadMessages(io.locale)).plugin;
    io.stdout.write([...lines, foundText(rows.length)].map((line) => `${line}\n`).join(''));
  }
  return exitCodes.clean;
}

export interface ListFlags {
  readonly json?: boolean;
}

const listTimeoutMs = 10_000;

/** Lists the plugins that are installed in a directory, and whether somebody has signed them; whose word that is tells the host. */
export async function list({ json = false }: ListFlags, directory: string | undefined, io: Io): Promise<number> {
  const path = resolve(io.cwd, directory ?? 'plugins');
  const found = await folder(path).discover(AbortSignal.timeout(listTimeoutMs));
  const rows = await Promise.all(found.map(describe));
  const sorted = rows.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  if (json) io.stdout.write(`${JSON.stringify(sorted, null, 2)}\n`);
  else {
    const { plugin } = await loadMessages(io.locale);
    const lines = sorted.map(
      ({ id, version, signatures, problem }) =>
        `${id} ${version}  ${problem ?? (signatures === 0 ? plugin.unsigned : plugin.signatures(signatures))}`,
    );
    io.stdout.write(
      [...lines, plugin.foundIn(rows.length, basename(path))].map((line) => `${printable(line)}\n`).join(''),
    );
  }
  return exitCodes.clean;
}

async function describe(
  entry: Discovery,
): Promise<{ id: string; version: string; signatures: number; problem?: string }> {
  const { manifest } = entry;
  const { id, version = '0.0.0' } = manifest;
  if (!('directory' in entry)) return { id, version, signatures: 0 };
  const { directory, problem } = entry;
  const { envelopes } = await readEvidence({ id, version, manifest, directory, entry: directory });
  return { id, version, signatures: envelopes.length, ...(problem !== undefined && { problem }) };
}
