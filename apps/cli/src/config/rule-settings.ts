import type { StandardSchema } from '@seaworthy/config';
import type { RuleSetting } from '../engine/select.ts';
import { isRecord } from '../project/record.ts';

type RuleSettings = Readonly<Record<string, RuleSetting>>;

const words: readonly RuleSetting[] = ['off', 'error', 'warning', 'info'];

/** `{ "SEA-R012": "off" }`: what a project says about single rules. */
export const ruleSettings: StandardSchema<unknown, RuleSettings> = {
  '~standard': { version: 1, vendor: 'seaworthy', validate },
};

function validate(value: unknown): ReturnType<StandardSchema<unknown, RuleSettings>['~standard']['validate']> {
  if (value === undefined) return { value: {} };
  if (!isRecord(value))
    return { issues: [{ message: 'expected an object from rule ids to off, error, warning or info' }] };
  const issues = Object.entries(value).flatMap(([id, word]) => issueOf(id, word));
  return issues.length > 0
    ? { issues }
    : { value: Object.fromEntries(Object.keys(value).map((id) => [id, wordOf(value[id])!])) };
}

function issueOf(id: string, word: unknown): readonly { readonly message: string; readonly path: readonly string[] }[] {
  if (wordOf(word) !== undefined) return [];
  return [{ message: `expected off, error, warning or info, got ${JSON.stringify(word)}`, path: [id] }];
}

function wordOf(word: unknown): RuleSetting | undefined {
  return words.find((each) => each === word);
}
