// (1) A manifest is written by the plugin: it can ask for less than a tier gives, and has more only when the host says so.
import type { PluginLimits } from '../manifest.ts';
import type { PluginCode } from './tier.ts';

/** Says what a plugin may use up, for what it asks; what it leaves out is as the options of the tier say. */
export type GrantLimits = (asked: PluginLimits, code: PluginCode) => PluginLimits;

type Given = Required<Pick<PluginLimits, 'memoryMb' | 'cpuMs' | 'messageBytes'>>;

/** What was granted is also what its manifest says from here on. */
export function withLimits(asking: PluginCode, given: Given, grant: GrantLimits = cap(given)): PluginCode {
  const limits = grant(asking.manifest.limits ?? {}, asking);
  return { ...asking, manifest: { ...asking.manifest, limits } };
}

function cap(given: Given): GrantLimits {
  return ({ memoryMb, cpuMs, messageBytes, ...others }) => ({
    ...others,
    memoryMb: Math.min(memoryMb ?? Infinity, given.memoryMb),
    cpuMs: Math.min(cpuMs ?? Infinity, given.cpuMs),
    messageBytes: Math.min(messageBytes ?? Infinity, given.messageBytes),
  });
}
