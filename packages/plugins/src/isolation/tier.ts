import type { PluginManifest } from '../manifest.ts';
import type { Plugin, PluginLogger } from '../plugin.ts';

/** Where the code of a plugin runs, from the least strict place to the strictest. */
export type TierName = 'inline' | 'worker' | 'process' | 'wasm';

/** All tiers, from the least strict to the strictest. */
export const tierNames: readonly TierName[] = ['inline', 'worker', 'process', 'wasm'];

/** The code of a plugin on disk, before it is loaded. */
export interface PluginCode {
  readonly id: string;
  readonly version: string;
  /** Its package, without links in the path, with a slash at the end. */
  readonly directory: URL;
  /** The module whose default export is the plugin; it lies in the directory. */
  readonly entry: URL;
  readonly manifest: PluginManifest;
  /** SHA-256 (hex) of the `package.json`, when the manifest comes from an index. */
  readonly manifestDigest?: string;
  /** What was examined: `sha512-…` of each file, by its path from the directory. Tiers that are given the sources load no others. */
  readonly examined?: ReadonlyMap<string, string>;
  /** How often it was reloaded: a tier gives each revision a guest of its own, or names that were not loaded yet. */
  readonly revision?: number;
}

export interface OpenOptions {
  /** Aborts when the plugin is no longer wanted: it is late, or the host closes. */
  readonly signal: AbortSignal;
  /** Has the plugin's id bound. */
  readonly logger: PluginLogger;
  /** To be told, at most once, when the plugin was lost after it had been opened: its thread or process ended. */
  readonly onCrash: (error: Error) => void;
}

/** A plugin that is loaded. */
export interface OpenedPlugin {
  /** Its hooks; calling them runs them where the code is. */
  readonly plugin: Plugin;
  /** Ends what the tier has opened for it; runs after all hooks and undos, also after a crash, and is safe twice. */
  close(): Promise<void>;
}

/** A way of running plugins. The host has `inline` itself; the others are given to it. */
export interface Tier {
  readonly name: TierName;
  open(code: PluginCode, options: OpenOptions): Promise<OpenedPlugin>;
  /** Ends what plugins shared; the host calls it after all plugins have stopped. */
  close?(): Promise<void>;
}

/** Whether a value names a tier. */
export function isTierName(value: unknown): value is TierName {
  return tierNames.some((name) => name === value);
}

/** The stricter of two tiers. */
export function stricter(one: TierName, other: TierName): TierName {
  return tierNames.indexOf(one) > tierNames.indexOf(other) ? one : other;
}
