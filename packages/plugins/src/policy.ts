import type { Examiner } from './examine.ts';
import { isTierName, stricter, type TierName } from './isolation/tier.ts';
import type { PluginManifest } from './manifest.ts';

/** One thing that happened to a plugin and that somebody may have to answer for. */
export interface AuditEntry {
  /**
   * `granted`: it passed all examiners and is about to be loaded, with these permissions; `loaded`: its code is there;
   * `refused`: an examiner said no; `failed`: it could not start; `crashed`: it was lost; `stopped`: it was unloaded;
   * `skipped`: it was left out because of another one. From examiners: `verified` and `scanned`, with what was found.
   */
  readonly event:
    'verified' | 'scanned' | 'granted' | 'loaded' | 'refused' | 'failed' | 'skipped' | 'crashed' | 'stopped';
  readonly plugin: string;
  readonly version: string;
  /** Plain data: where it runs, its permissions, the reason. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** Where the host writes down what it loads and refuses. */
export interface AuditTrail {
  /** Awaited before code is loaded (`granted`): when that rejects, the plugin is not loaded. */
  record(entry: AuditEntry): unknown;
}

/** What the host asks of plugins on disk; plugins that the application has imported itself are trusted. */
export interface PluginPolicy {
  /**
   * The least strict place where a plugin may run; its manifest can ask for a stricter one.
   *
   * @default 'inline'
   */
  readonly isolation?: TierName | ((manifest: PluginManifest) => TierName);
  /** Asked one after the other about each plugin, before any plugin's code is loaded. */
  readonly examiners?: readonly Examiner[];
  readonly audit?: AuditTrail;
}

/** The times of a plugin, in milliseconds: one that is not trusted cannot take more of them than the host gives. */
export function timesOf(manifest: PluginManifest, code: object | undefined, { policy, ...given }: Times): PluginTimes {
  const { startTimeoutMs = given.startTimeoutMs, stopTimeoutMs = given.stopTimeoutMs } = manifest;
  const place = code ? placeOf(manifest, policy) : 'inline';
  if (place === 'inline' || place === 'worker') return { startTimeoutMs, stopTimeoutMs };
  return {
    startTimeoutMs: Math.min(startTimeoutMs, given.startTimeoutMs),
    stopTimeoutMs: Math.min(stopTimeoutMs, given.stopTimeoutMs),
  };
}

interface PluginTimes {
  readonly startTimeoutMs: number;
  readonly stopTimeoutMs: number;
}

interface Times extends PluginTimes {
  readonly policy: PluginPolicy;
}

/** As `askPlace`, but for a rule that throws: the strictest is the safe reading. */
export function placeOf(manifest: PluginManifest, policy: PluginPolicy): TierName {
  try {
    return askPlace(manifest, policy);
  } catch {
    return 'wasm';
  }
}

/** The stricter of what the policy and the manifest ask for. @throws what a rule of the policy throws */
export function askPlace(manifest: PluginManifest, { isolation = 'inline' }: PluginPolicy): TierName {
  const wanted = typeof isolation === 'function' ? isolation(manifest) : isolation;
  // What a rule written in JavaScript answers is not always a tier; the strictest is the safe reading.
  return stricter(isTierName(wanted) ? wanted : 'wasm', manifest.isolation?.minimum ?? 'inline');
}
