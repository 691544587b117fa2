import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkCompatibility } from '../../src/index.ts';
import { expectCases, readJson, withData } from './data.ts';
import { upgraded } from './upgrade.ts';

// Pairs of another registry: `backward` is compatible in that direction alone, `both` in both, `none` not backward. Where the verdicts
// differ, that registry compares keywords, and the sets of accepted values say otherwise.

interface Pair {
  readonly id: string;
  readonly compatibility: 'backward' | 'both' | 'none';
  readonly original: unknown;
  readonly updated: unknown;
}

const annotation = 'contentEncoding and contentMediaType are annotations, which refuse nothing';
const differs: Readonly<Record<string, { readonly says: string; readonly reason: string }>> = {
  'String: pattern 1': { says: 'both', reason: '[a-z]* finds the empty text everywhere, and so refuses nothing' },
  Const: { says: 'both', reason: 'both accept nothing: no text equals an array' },
  'String: contentEncoding 2': { says: 'both', reason: annotation },
  'String: contentMediaType 3': { says: 'both', reason: annotation },
  'Complex: anyOf 1': {
    says: 'both',
    reason: 'both accept everything: maxLength refuses only texts, which the other one accepts',
  },
  'Conditional: if': {
    says: 'both',
    reason: 'the patterns of the branches find the empty text, and so refuse nothing',
  },
  'Conditional: else': {
    says: 'both',
    reason: 'the patterns of the branches find the empty text, and so refuse nothing',
  },
};

withData('schema', (directory) => {
  const { tests }: { tests: readonly Pair[] } = readJson(join(directory, 'apicurio-compatibility-half.json'));
  expectCases('pairs', tests.length, 73);
  for (const { id, compatibility, original, updated } of tests) {
    const difference = differs[id];
    test(`${id}: ${compatibility}${difference ? ` (differs: ${difference.reason})` : ''}`, () => {
      const options = { draft: 'draft-07', formats: true } as const;
      const verdictOf = (mode: 'BACKWARD' | 'FORWARD'): string =>
        checkCompatibility(upgraded(original) as never, upgraded(updated) as never, mode, options).verdict;
      const [backward, forward] = [verdictOf('BACKWARD'), verdictOf('FORWARD')];
      expect([backward, forward]).not.toContain('unknown');
      const says = backward === 'breaking' ? 'none' : forward === 'breaking' ? 'backward' : 'both';
      expect(says).toBe(difference?.says ?? compatibility);
    });
  }
});
