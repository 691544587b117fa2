import { compileFlag } from '../compile/flag.ts';
import { createRuleCompiler } from '../compile/rule.ts';
import type { Metadata } from '../document.ts';
import { isRecord } from '../json.ts';
import { validateFlags } from '../validate/document.ts';
import { flagsByKey } from '../validate/flag-list.ts';
import type { FlagDialect } from './dialect.ts';

/** flagd's format: https://flagd.dev/reference/flag-definitions/; and `flag`, which asks for another flag. */
export const flagd: FlagDialect = {
  name: 'flagd',
  validate: validateFlags,
  read(document, { context, bucketing, findFlag }) {
    const { $evaluators = {}, metadata = {} } = document;
    const rules = createRuleCompiler(isRecord($evaluators) ? $evaluators : {}, context, bucketing, findFlag);
    const setMetadata = isMetadata(metadata) ? metadata : {};
    return {
      definitions: flagsByKey(document, () => {}) ?? {},
      shared: { evaluators: JSON.stringify($evaluators), metadata: JSON.stringify(metadata) },
      compile: (key, definition, forced) => compileFlag({ key, definition, setMetadata, rules, forced }),
    };
  },
};

function isMetadata(value: unknown): value is Metadata {
  return isRecord(value);
}
