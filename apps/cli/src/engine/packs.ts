import {
  contributionPoint,
  createPluginHost,
  inline,
  type ContributionPoint,
  type PluginEntry,
} from '@seaworthy/plugins';
import { CliErrors } from '../errors.ts';
import { compareText } from '../project/problem.ts';
import type { Rule, RulePack } from '../rules/contract.ts';
import { suppressionRule } from './suppressions/rule.ts';

/** One entry for the `inline([...])` source of the plugin host, as `definePack` makes it. */
export type RulePackPlugin = PluginEntry;

/** Where a plugin contributes its rules. */
export const rulesPoint: ContributionPoint<RulePack> = contributionPoint('seaworthy.rules');

/** A rule and the pack it comes from. */
export interface PackedRule {
  readonly pack: string;
  readonly rule: Rule;
}

export interface PackOptions {
  readonly signal?: AbortSignal;
  readonly logger?: {
    info(fields: object, message: string): void;
    warn(fields: object, message: string): void;
    error(fields: object, message: string): void;
  };
}

export interface LoadedPacks extends AsyncDisposable {
  /** Sorted by rule id. */
  readonly rules: readonly PackedRule[];
}

/**
 * Starts the plugins that hold rule packs and collects their rules. Dispose it when the rules are no longer needed.
 *
 * @throws DUPLICATE_RULE, PACK_FAILED
 */
export async function loadPacks(packs: readonly RulePackPlugin[], options: PackOptions = {}): Promise<LoadedPacks> {
  const host = await createPluginHost({ sources: [inline(packs)], ...options });
  try {
    await host.start();
    for (const { id, state, error, reason } of host.status()) {
      if (state !== 'started')
        throw new CliErrors.PACK_FAILED({ pack: id, reason: error?.message ?? `${reason ?? state}.` });
    }
    const rules = host
      .contributions(rulesPoint)
      .flatMap(({ plugin, value }) => value.rules.map((rule) => ({ pack: plugin, rule })))
      .toSorted((a, b) => compareText(a.rule.id, b.rule.id));
    refuseDuplicates(rules);
    return { rules, [Symbol.asyncDispose]: () => host.close() };
  } catch (error) {
    await host.close();
    throw error;
  }
}

function refuseDuplicates(rules: readonly PackedRule[]): void {
  const owners = new Map([[suppressionRule.id, 'seaworthy itself']]);
  for (const { pack, rule } of rules) {
    const first = owners.get(rule.id);
    if (first !== undefined) throw new CliErrors.DUPLICATE_RULE({ rule: rule.id, first, second: pack });
    owners.set(rule.id, pack);
  }
}
