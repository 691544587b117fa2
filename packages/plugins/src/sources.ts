import type { PluginManifest } from './manifest.ts';
import type { Plugin } from './plugin.ts';

/** One plugin that is there already, as a source hands it over. */
export interface PluginEntry {
  readonly manifest: PluginManifest;
  readonly plugin: Plugin;
  /** What the plugin sees as `ctx.config`. */
  readonly config?: unknown;
  /** The `configVersion` that the config was written for. @default that of the manifest */
  readonly configVersion?: number;
}

/** One plugin whose code lies in a package on disk; it is loaded by its tier when it starts. */
export interface PluginPackage {
  readonly manifest: PluginManifest;
  /** The folder of the package, without links in the path, with a slash at the end. */
  readonly directory: URL;
  /** What the plugin sees as `ctx.config`. */
  readonly config?: unknown;
  /** The `configVersion` that the config was written for. @default that of the manifest */
  readonly configVersion?: number;
  /** SHA-256 (hex) of the `package.json` that the manifest was read from earlier; checked before its code is loaded. */
  readonly manifestDigest?: string;
  /** Why it cannot be used, as the end of a sentence about it; it becomes a problem `invalid-manifest`. */
  readonly problem?: string;
}

/** Where plugins come from. */
export interface PluginSource {
  /** Names the source in errors. */
  readonly name: string;
  discover(signal: AbortSignal): readonly Discovery[] | Promise<readonly Discovery[]>;
}

export type Discovery = PluginEntry | PluginPackage;

/** Plugins that the application has imported itself; they run in process and are trusted. */
export function inline(entries: readonly PluginEntry[]): PluginSource {
  return { name: 'inline', discover: () => entries };
}
