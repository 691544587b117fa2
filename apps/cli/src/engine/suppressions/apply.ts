import type { RuleFinding } from '../../rules/contract.ts';
import type { RawFinding } from '../raw-finding.ts';
import type { Suppression } from './comments.ts';
import { suppressionRule } from './rule.ts';

export interface SuppressionInput {
  readonly findings: readonly RawFinding[];
  readonly suppressions: readonly Suppression[];
  /** Ids of all rules there are. */
  readonly known: ReadonlySet<string>;
  /** Ids of the rules that finished: only these can tell that a suppression is not needed. */
  readonly finished: ReadonlySet<string>;
}

export interface SuppressionResult {
  /** What is left, and what is to say about the suppressions themselves. */
  readonly findings: readonly RawFinding[];
  readonly suppressed: number;
}

/** Takes out the findings that a suppression with a reason holds back. */
export function applySuppressions(input: SuppressionInput): SuppressionResult {
  const used = new Set<string>();
  const holders = new Set(
    input.suppressions
      .filter(({ reason }) => reason !== '')
      .flatMap((each) => each.rules.map((rule) => keyOf(each.file, each.line, rule))),
  );
  const left = input.findings.filter(({ rule, raw }) => {
    if (raw.position === undefined) return true;
    const key = keyOf(raw.file, raw.position.line, rule.id);
    if (!holders.has(key)) return true;
    used.add(key);
    return false;
  });
  const remarks = input.suppressions.flatMap((each) => remarksOn(each, used, input));
  return {
    findings: [...left, ...remarks.map((raw) => ({ rule: suppressionRule, raw }))],
    suppressed: input.findings.length - left.length,
  };
}

function keyOf(file: string, line: number, rule: string): string {
  return `${line} ${rule} ${file}`;
}

function remarksOn(
  { file, line, position, rules, reason, removal }: Suppression,
  used: ReadonlySet<string>,
  { known, finished }: SuppressionInput,
): readonly RuleFinding[] {
  const remark = (message: string): RuleFinding => ({ file, position, message });
  if (rules.length === 0) return [remark('The suppression names no rule and has no effect.')];
  const isUnused = (rule: string): boolean => finished.has(rule) && !used.has(keyOf(file, line, rule));
  // One that names several rules goes as a whole or not at all.
  const edits = removal !== undefined && reason !== '' && rules.every(isUnused) ? { edits: [removal] } : {};
  return rules.flatMap((rule, index) => {
    if (!known.has(rule)) return [remark(`The suppression names ${rule}, and there is no such rule.`)];
    if (reason === '') return [remark(`The suppression of ${rule} gives no reason and has no effect.`)];
    if (!isUnused(rule)) return [];
    const message = `The suppression holds nothing back: ${rule} has no finding in line ${line}.`;
    return [{ ...remark(message), ...(index === 0 && edits) }];
  });
}
