import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkCompatibility } from '../../src/index.ts';
import { expectCases, readJson, withData } from './data.ts';
import { upgraded } from './upgrade.ts';

// Pairs of schemas with the verdict of the tests of another checker: whether all that `old` accepts, `new` accepts too. Where the
// verdicts differ, a value shows who is right. Draft-04's boolean bounds are written as draft-07 has them.

interface Pair {
  readonly id: string;
  readonly old: unknown;
  readonly new: unknown;
  readonly backward: boolean;
}

const lineEnd = 'the pattern .+ does not match a text of one line separator (U+2028), which the other schema accepts';
/** By number, as the names repeat: what we say, and why we are right. */
const differs: ReadonlyMap<number, { readonly verdict: string; readonly reason: string }> = new Map([
  ...[299, 301, 308, 310, 566, 568, 572, 574, 581, 583, 585].map(
    (index) => [index, { verdict: 'breaking', reason: lineEnd }] as const,
  ),
  [461, { verdict: 'compatible', reason: 'every multiple of 3 is a multiple of 0.3, counted in decimal' }],
]);

withData('schema', (directory) => {
  const pairs: readonly Pair[] = readJson(join(directory, 'jsonsubschema-pairs.json'));
  expectCases('pairs', pairs.length, 616);
  for (const [index, { id, old, new: latest, backward }] of pairs.entries()) {
    const difference = differs.get(index);
    test(`${id}${difference ? ` (differs: ${difference.reason})` : ''}`, () => {
      const options = { draft: 'draft-07' } as const;
      const result = checkCompatibility(
        upgraded(old) as object as never,
        upgraded(latest) as never,
        'BACKWARD',
        options,
      );
      expect(result).toHaveProperty('verdict', difference?.verdict ?? (backward ? 'compatible' : 'breaking'));
    });
  }
});
