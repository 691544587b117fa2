import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { PluginErrors } from '../errors.ts';
import { createPluginHost, type PluginHost } from '../host.ts';
import type { Tier } from '../isolation/tier.ts';
import { messageOf } from '../isolate.ts';
import type { PluginManifest } from '../manifest.ts';
import { readManifest } from '../package-manifest.ts';
import type { Plugin } from '../plugin.ts';
import type { ServiceRef } from '../refs.ts';
import type { Discovery, PluginPackage } from '../sources.ts';
import { memoryState, type KeptState, type StateStore } from '../state-store.ts';
import { watchLeaks } from './leaks.ts';

/** A service that a test provides in place of another plugin. */
export interface FakeService {
  readonly plugin: string;
  readonly version: string;
  readonly provider: Plugin;
}

/**
 * Provides a service for the plugin under test.
 *
 * @param from The plugin that it stands for, and its version; the plugin under test depends on it.
 */
export function fakeService<T>(
  ref: ServiceRef<T>,
  implementation: NoInfer<T>,
  { plugin = `fake-${ref.id}`, version = '1.0.0' }: { readonly plugin?: string; readonly version?: string } = {},
): FakeService {
  return { plugin, version, provider: { onInit: (ctx) => void ctx.provide(ref, implementation) } };
}

/** A line that the plugin, or the host about it, has logged. */
export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface StartPluginOptions {
  /** Added to the manifest of the package; the whole manifest of a plugin object. */
  readonly manifest?: Partial<PluginManifest>;
  readonly config?: unknown;
  /** The `configVersion` of the config. @default that of the manifest */
  readonly configVersion?: number;
  readonly services?: readonly FakeService[];
  /** What the plugin has kept before. */
  readonly state?: KeptState;
  /** Where a package on disk runs. @default in process */
  readonly tier?: Tier;
  /** Clones what crosses, as the other tiers do. @default true */
  readonly clone?: boolean;
}

/** A plugin that runs in a host of its own. */
export interface PluginUnderTest extends AsyncDisposable {
  readonly id: string;
  /** For events, hooks, services and contributions. */
  readonly host: PluginHost;
  readonly log: readonly LogLine[];
  /** Runs one of its commands. @throws UNKNOWN_COMMAND, and what the command throws */
  run(command: string, args?: unknown, options?: { readonly signal?: AbortSignal }): Promise<unknown>;
  /** What it keeps now. */
  kept(): Promise<KeptState | undefined>;
  /**
   * Stops the plugin and its host, and answers with what is left behind, one sentence each: timers, sockets and the like that keep
   * the process alive, listeners to the process, callbacks that failed, failures while it stopped. What was `unref`ed is not seen.
   */
  stop(): Promise<readonly string[]>;
}

/**
 * Starts one plugin, an object or the folder of a package, with fakes for what it needs. Dispose it, or call `stop`.
 *
 * @throws what keeps the plugin from starting
 */
export async function startPlugin(
  subject: Plugin | string | URL,
  options: StartPluginOptions = {},
): Promise<PluginUnderTest> {
  const leaks = watchLeaks();
  const store = await storeWith(options.state);
  const { entry, id } = await entryOf(subject, options, store.keep);
  const log: LogLine[] = [];
  const services = options.services ?? [];
  const fakes: readonly Discovery[] = services.map(({ plugin, version, provider }) => ({
    manifest: { id: plugin, version, inlineOnly: true },
    plugin: provider,
  }));
  const host = await createPluginHost({
    sources: [{ name: 'test', discover: () => [entry, ...fakes] }],
    logger: loggerTo(log),
    clone: options.clone ?? true,
    state: store.store,
    restart: { mostRestarts: 0 },
    ...(options.tier && { tiers: [options.tier], policy: { isolation: options.tier.name } }),
  });
  const failures: string[] = [];
  try {
    await leaks.run(() => host.start());
    const failed = host
      .status()
      .find(({ state, id: each }) => each === id && state !== 'started' && state !== 'dormant');
    if (failed) throw failureOf(host, id);
  } catch (error) {
    await host.close().catch(() => {});
    await leaks.end();
    throw error;
  }
  const close = async (): Promise<void> => {
    await host.close().catch((error: unknown) => failures.push(messageOf(error)));
  };
  return {
    id,
    host,
    log,
    async run(command, args, runOptions) {
      const commands = host.commands();
      const found = commands.find((each) => each.id === command);
      if (found) return await leaks.run(() => found.run(args, runOptions));
      const known = commands.map((each) => each.id).join(', ') || 'none';
      throw new PluginErrors.UNKNOWN_COMMAND({ plugin: id, command, known });
    },
    kept: () => store.store.read(id, { signal: new AbortController().signal }),
    async stop() {
      const callbacks = host.status().find((each) => each.id === id)?.callbackFailures ?? 0;
      await close();
      const failed = callbacks > 0 ? [`${callbacks} of its callbacks failed; the log says how`] : [];
      return [...failures, ...failed, ...(await leaks.end())];
    },
    async [Symbol.asyncDispose]() {
      await close();
      await leaks.end();
    },
  };
}

function failureOf(host: PluginHost, id: string): Error {
  const { state, error, reason } = host.status().find((each) => each.id === id) ?? { state: 'gone' };
  return new PluginErrors.PLUGIN_UNAVAILABLE({
    plugin: id,
    reason: (error?.message ?? reason ?? `it is ${state}`).replace(/\.$/, ''),
  });
}

async function storeWith(
  state: KeptState | undefined,
): Promise<{ readonly store: StateStore; readonly keep: (id: string) => Promise<void> }> {
  const store = memoryState();
  const keep = async (id: string): Promise<void> => {
    if (state) await store.write(id, state, { signal: new AbortController().signal });
  };
  return { store, keep };
}

async function entryOf(
  subject: Plugin | string | URL,
  { manifest = {}, config, configVersion, services = [] }: StartPluginOptions,
  keep: (id: string) => Promise<void>,
): Promise<{ readonly entry: Discovery; readonly id: string }> {
  const isOnDisk = typeof subject === 'string' || subject instanceof URL;
  const found = isOnDisk ? await readPackage(subject) : undefined;
  const { dependencies = {}, id = 'plugin', ...others } = { ...found?.manifest, ...manifest };
  const faked = Object.fromEntries(services.map(({ plugin }) => [plugin, dependencies[plugin] ?? '*']));
  const whole: PluginManifest = { ...others, id, dependencies: { ...dependencies, ...faked } };
  const given = { manifest: whole, config, ...(configVersion !== undefined && { configVersion }) };
  await keep(id);
  if (found) return { id, entry: { ...given, directory: found.directory } };
  return { id, entry: { ...given, plugin: subject as Plugin } };
}

/** The package in a folder. @throws CODE_REFUSED when it is no plugin */
export async function readPackage(path: string | URL): Promise<PluginPackage> {
  const folder = await realpath(typeof path === 'string' ? path : fileURLToPath(path));
  const read = readManifest(await readFile(join(folder, 'package.json'), 'utf8'), folder);
  if (read && read.problem === undefined) return { manifest: read.manifest, directory: pathToFileURL(`${folder}/`) };
  const why = read?.problem ?? 'has no "seaworthy" object';
  throw new PluginErrors.CODE_REFUSED({ plugin: folder, path: 'package.json', why: `it ${why}` });
}

function loggerTo(log: LogLine[]): Record<LogLine['level'], (fields: object, message: string) => void> {
  const at =
    (level: LogLine['level']) =>
    (fields: object, message: string): void => {
      log.push({ level, message, fields: { ...fields } });
    };
  return { info: at('info'), warn: at('warn'), error: at('error') };
}
