import { PluginErrors } from '../errors.ts';
import type { Plugin } from '../plugin.ts';
import type { OpenedPlugin, PluginCode, Tier } from './tier.ts';

/** Imports plugins into the process of the host: they are trusted, and can do all that it can. */
export function inlineTier(): Tier {
  return { name: 'inline', open: openInline };
}

async function openInline({ id, entry }: PluginCode): Promise<OpenedPlugin> {
  const module: { readonly default?: unknown } = await import(entry.href);
  const plugin = module.default;
  if (!isPlugin(plugin)) {
    throw new PluginErrors.NOT_A_PLUGIN({ plugin: id, entry: entry.href, received: describe(plugin) });
  }
  return { plugin, close: async () => {} };
}

const hooks = ['onInit', 'onStart', 'onStop', 'onDestroy', 'health'] as const;

function isPlugin(value: unknown): value is Plugin {
  if (typeof value !== 'object' || value === null) return false;
  const plugin: Partial<Record<string, unknown>> = { ...value };
  return hooks.every((hook) => plugin[hook] === undefined || typeof plugin[hook] === 'function');
}

function describe(value: unknown): string {
  if (value === undefined) return 'no default export';
  return typeof value === 'object' && value !== null ? 'an object with other hooks' : `a ${typeof value}`;
}
