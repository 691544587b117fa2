import type { Rule } from '../../rules/contract.ts';
import { explanation } from '../../rules/syntax/explanation.ts';

/** The one rule of the engine itself: it looks at suppressions, which only the engine sees. */
export const suppressionRule: Rule = {
  id: 'SEA-R000',
  title: 'suppression without effect',
  category: 'quality',
  severity: 'warning',
  version: 2,
  why: 'A comment that holds nothing back today hides the next real finding in its place.',
  fix: 'Remove the comment, or give it the id of the rule and, after a colon, a reason.',
  explain: explanation('../engine/suppressions'),
  check: () => [],
};
