import type { PluginManifest } from './manifest.ts';
import type { Plugin } from './plugin.ts';

/** One plugin as a source hands it over. */
export interface PluginEntry {
  readonly manifest: PluginManifest;
  readonly plugin: Plugin;
  /** What the plugin sees as `ctx.config`. */
  readonly config?: unknown;
}

/** Where plugins come from. */
export interface PluginSource {
  /** Names the source in errors. */
  readonly name: string;
  discover(signal: AbortSignal): readonly PluginEntry[] | Promise<readonly PluginEntry[]>;
}

/** Plugins that the application has imported itself; they run in process and are trusted. */
export function inline(entries: readonly PluginEntry[]): PluginSource {
  return { name: 'inline', discover: () => entries };
}
