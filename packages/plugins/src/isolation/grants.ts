import { realpath } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PluginErrors } from '../errors.ts';
import { refuseLinks } from './code-files.ts';
import { allowedModules } from './guard-policy.ts';
import type { ProcessGrants } from './permission-flags.ts';
import type { Order } from './pool.ts';
import type { PluginCode } from './tier.ts';

/** The process that a plugin needs. */
export interface ProcessOrder extends Order, ProcessGrants {
  readonly env: Readonly<Record<string, string>>;
  readonly modules: readonly string[];
  readonly memoryMb: number;
  readonly unresponsiveMs: number;
  readonly messageBytes: number;
}

export interface OrderOptions {
  readonly memoryMb: number;
  readonly unresponsiveMs: number;
  readonly messageBytes: number;
  readonly publisherOf: (code: PluginCode) => string;
}

/** Says which process a plugin needs: plugins of one publisher with the same needs share one. @throws LINK_REFUSED, CODE_REFUSED */
export async function orderOf(code: PluginCode, options: OrderOptions): Promise<ProcessOrder> {
  const { manifest } = code;
  const { fs = {}, net = [], env = [], imports = [] } = manifest.permissions ?? {};
  const { memoryMb = options.memoryMb, cpuMs = options.unresponsiveMs } = manifest.limits ?? {};
  const { messageBytes = options.messageBytes } = manifest.limits ?? {};
  const [read, write] = await Promise.all([foldersOf(code, fs.read), foldersOf(code, fs.write)]);
  const hasFiles = read.length + write.length > 0;
  const needs = {
    read,
    write,
    net: net.includes('*'),
    env: valuesOf(env),
    modules: allowedModules({ imports, hasFiles, hasNetwork: net.includes('*') }),
    memoryMb,
    unresponsiveMs: cpuMs,
    messageBytes,
  };
  return { ...needs, group: JSON.stringify([options.publisherOf(code), needs, code.revision]) };
}

async function foldersOf(code: PluginCode, paths: readonly string[] = []): Promise<readonly string[]> {
  return (await Promise.all(paths.map((path) => bothForms(code, path)))).flat();
}

/** The path itself and all below it. */
async function bothForms({ id: plugin, directory }: PluginCode, path: string): Promise<readonly string[]> {
  if (path.includes('*')) {
    throw new PluginErrors.CODE_REFUSED({ plugin, path, why: 'a star would grant more than the path names' });
  }
  const absolute = isAbsolute(path) ? path : join(fileURLToPath(directory), path);
  const real = await realpath(absolute).catch(() => absolute);
  await refuseLinks(plugin, real);
  return [real, join(real, '*')];
}

/** The granted variables that are set. */
export function valuesOf(names: readonly string[]): Readonly<Record<string, string>> {
  const granted = names.toSorted().map((name) => [name, process.env[name]] as const);
  return Object.fromEntries(granted.filter((pair): pair is readonly [string, string] => pair[1] !== undefined));
}

/** The scope of an id such as `@acme/reports`; an id without one is its own publisher. */
export function publisherOf({ id }: PluginCode): string {
  return /^@[^/]+(?=\/)/.exec(id)?.[0] ?? id;
}
