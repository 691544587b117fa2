import { CliErrors } from '../errors.ts';
import type { Rule, Severity } from '../rules/contract.ts';
import { closest } from '../suggest.ts';
import { suppressionRule } from './suppressions/rule.ts';

/** What a project says about one rule. */
export type RuleSetting = 'off' | Severity;

export interface Selection {
  /** By rule id. */
  readonly settings: Readonly<Record<string, RuleSetting>>;
  /** Whether the flag of an experimental rule is on. */
  readonly isOn: (flag: string) => boolean;
}

/** The rules that run, with the severities that the project gives them. */
export function selectRules(rules: readonly Rule[], { settings, isOn }: Selection): readonly Rule[] {
  return rules
    .filter((rule) => settings[rule.id] !== 'off' && (rule.flag === undefined || isOn(rule.flag)))
    .map((rule) => withSetting(rule, settings[rule.id]));
}

/** The rule as the project sets it; its own check runs unchanged. */
export function withSetting(rule: Rule, setting: RuleSetting | undefined): Rule {
  if (setting === undefined || setting === 'off') return rule;
  return { ...rule, severity: setting, check: async (view, signal) => withoutSeverity(await rule.check(view, signal)) };
}

/** The project's word is the last: also where a rule would lower its own severity. */
function withoutSeverity(findings: Awaited<ReturnType<Rule['check']>>): Awaited<ReturnType<Rule['check']>> {
  return findings.map(({ severity: _severity, ...finding }) => finding);
}

/** Refuses a setting for a rule that is not there. @throws UNKNOWN_RULE, with the rule that was probably meant */
export function refuseUnknown(settings: Selection['settings'], rules: readonly Rule[], source: string): void {
  const known = [suppressionRule.id, ...rules.map(({ id }) => id)];
  const [unknown] = Object.keys(settings).filter((id) => !known.includes(id));
  if (unknown === undefined) return;
  const meant = closest(unknown, known);
  const suggestion = meant === undefined ? '' : ` Did you mean ${meant}?`;
  throw new CliErrors.UNKNOWN_RULE({ rule: unknown, place: ` (${source})`, suggestion });
}
