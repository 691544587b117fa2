import { definePlugin, type PluginEntry } from '@seaworthy/plugins';
import type { Rule, RulePack } from '../rules/contract.ts';
import { rulesPoint } from './packs.ts';

export interface PackDefinition {
  /** Lower-case words joined by dots or hyphens: `seaworthy.lifecycle`. */
  readonly id: string;
  readonly rules: readonly Rule[];
  /** @default '0.0.0' */
  readonly version?: string;
}

/** Makes a plugin that contributes these rules under its own id. */
export function definePack({ id, rules, version = '0.0.0' }: PackDefinition): PluginEntry {
  const pack: RulePack = { name: id, rules };
  const plugin = definePlugin({
    onInit(ctx) {
      ctx.contribute(rulesPoint, pack);
    },
  });
  return { manifest: { id, version }, plugin };
}
