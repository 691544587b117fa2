import { join } from 'node:path';
import { expect, test } from 'vitest';
import { validateFlags } from '../../src/index.ts';
import { expectCases, jsonFilesOf, readJson, withData } from './data.ts';

// The valid and invalid documents beside flagd's JSON schemas.

withData('flags/flagd-schemas/test', (directory) => {
  const cases = ['flags', 'flagd', 'targeting'].flatMap((kind) =>
    ['positive', 'negative'].flatMap((verdict) =>
      jsonFilesOf(join(directory, kind, verdict)).map((name) => ({ kind, verdict, name })),
    ),
  );
  expectCases("flagd's schema suite", cases.length, 30);
  for (const { kind, verdict, name } of cases) {
    test(`${kind}/${verdict}/${name}`, () => {
      const content = readJson(join(directory, kind, verdict, name));
      const problems = validateFlags(kind === 'targeting' ? asEvaluator(content) : content);
      expect({ problems, isRefused: problems.length > 0 }).toEqual({ problems, isRefused: verdict === 'negative' });
    });
  }
});

/** The suite's bare rules, as part of a document; one of them names a shared rule. */
function asEvaluator(rule: unknown): object {
  return { flags: {}, $evaluators: { rule, 'some-ref': { var: 'some' } } };
}
