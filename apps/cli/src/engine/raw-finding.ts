import { compareText } from '../project/problem.ts';
import { isRecord } from '../project/record.ts';
import type { Rule, RuleFinding, Severity } from '../rules/contract.ts';

/** What a rule has answered, with the rule. */
export interface RawFinding {
  readonly rule: Rule;
  readonly raw: RuleFinding;
}

/** By file, place, rule and message: the order of a report, whatever rule was the first to finish. */
export function compareRaw(a: RawFinding, b: RawFinding): number {
  return (
    compareText(a.raw.file, b.raw.file) ||
    (a.raw.position?.line ?? 0) - (b.raw.position?.line ?? 0) ||
    (a.raw.position?.column ?? 0) - (b.raw.position?.column ?? 0) ||
    compareText(a.rule.id, b.rule.id) ||
    compareText(a.raw.message, b.raw.message)
  );
}

const severities: ReadonlySet<unknown> = new Set<Severity>(['error', 'warning', 'info']);

/** What is wrong with a value that a rule answered as a finding; undefined when nothing is. */
export function flawOf(value: unknown): string | undefined {
  if (!isRecord(value)) return 'it is no object.';
  const { file, message, severity, position, end, fix, edits } = value;
  if (typeof file !== 'string' || file === '' || /^(?:[/\\]|[A-Za-z]:)|\\|(?:^|\/)\.\.(?:\/|$)/.test(file)) {
    return 'its `file` is no path relative to the project, with forward slashes.';
  }
  if (typeof message !== 'string' || message.trim() === '') return 'its `message` is no text.';
  if (severity !== undefined && !severities.has(severity)) return 'its `severity` is not error, warning or info.';
  if (position !== undefined && !isPosition(position)) return 'its `position` is not a line and a column from 1 on.';
  if (end !== undefined && !isPosition(end)) return 'its `end` is not a line and a column from 1 on.';
  if (fix !== undefined && (typeof fix !== 'string' || fix === '')) return 'its `fix` is no text.';
  return edits === undefined || (Array.isArray(edits) && edits.length > 0 && edits.every(isEdit))
    ? undefined
    : 'its `edits` are no list of edits.';
}

function isEdit(value: unknown): boolean {
  if (!isRecord(value) || typeof value['text'] !== 'string' || typeof value['replaces'] !== 'string') return false;
  const { start, end, replaces, text } = value;
  const isPart = Number.isInteger(start) && Number(start) >= 0 && Number(end) - Number(start) === replaces.length;
  return isPart && replaces !== text;
}

function isPosition(value: unknown): boolean {
  return isRecord(value) && isPlace(value['line']) && isPlace(value['column']);
}

function isPlace(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 1;
}
