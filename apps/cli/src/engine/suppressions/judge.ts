import { withSetting, type Selection } from '../select.ts';
import { applySuppressions, type SuppressionInput, type SuppressionResult } from './apply.ts';
import { suppressionRule } from './rule.ts';

/** Applies suppressions; what is to say about them has the severity that the project gives it. */
export function judgeFindings(input: SuppressionInput, settings: Selection['settings']): SuppressionResult {
  const { findings, suppressed } = applySuppressions(input);
  const setting = settings[suppressionRule.id];
  const rule = withSetting(suppressionRule, setting);
  return {
    suppressed,
    findings: findings
      .filter((finding) => finding.rule !== suppressionRule || setting !== 'off')
      .map((finding) => (finding.rule === suppressionRule ? { ...finding, rule } : finding)),
  };
}
