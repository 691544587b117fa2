import { PluginErrors } from '../errors.ts';
import type { Plugin } from '../plugin.ts';
import { createFreshModules, type FreshModules } from './fresh-modules.ts';
import { hookMistake } from './protocol.ts';
import type { OpenedPlugin, PluginCode, Tier } from './tier.ts';

/** Imports plugins into the process of the host: they are trusted, and can do all that it can. */
export function inlineTier(): Tier {
  let fresh: FreshModules | undefined;
  const importModule = (code: PluginCode): Promise<object> => {
    if (!code.revision) return import(code.entry.href);
    fresh ??= createFreshModules();
    return fresh.load(code.entry, code.directory, code.revision);
  };
  return {
    name: 'inline',
    open: async (code) => pluginIn(await importModule(code), code),
    async close() {
      fresh?.close();
      fresh = undefined;
    },
  };
}

function pluginIn(module: { readonly default?: unknown }, { id, entry }: PluginCode): OpenedPlugin {
  const plugin = module.default;
  if (!isPlugin(plugin)) {
    throw new PluginErrors.NOT_A_PLUGIN({ plugin: id, entry: entry.href, received: describe(plugin) });
  }
  return { plugin, close: async () => {} };
}

function isPlugin(value: unknown): value is Plugin {
  return typeof value === 'object' && value !== null && hookMistake(value) === undefined;
}

function describe(value: unknown): string {
  if (value === undefined) return 'no default export';
  return typeof value === 'object' && value !== null ? (hookMistake(value) ?? 'an object') : `a ${typeof value}`;
}
