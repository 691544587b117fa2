import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createFlags, memory } from '../../src/index.ts';
import type { EvaluationContext, FlagDocument, FlagValue } from '../../src/index.ts';
import { expectCases, readJson, withData } from './data.ts';

// The evaluator cases of flagd's testbed, all of them: those of bucketing version 1 run with `bucketing: 'v1'`.

interface Case {
  readonly name: string;
  readonly tags: readonly string[];
  readonly context: EvaluationContext;
  readonly key: string;
  readonly defaultValue: FlagValue;
  readonly expected: { readonly metadataContains?: object; readonly metadata?: object };
}

withData('flags', (directory) => {
  const document: FlagDocument = readJson(join(directory, 'flagd-evaluator-flags.json'));
  const cases: readonly Case[] = readJson(join(directory, 'flagd-evaluator-cases.json'));
  expectCases("flagd's evaluator suite", cases.length, 140);
  for (const [index, { name, tags, key, context, defaultValue, expected }] of cases.entries()) {
    const { metadata, metadataContains, ...result } = expected;
    test(`${index} ${name}`, async () => {
      const bucketing = tags.includes('@fractional-v1') ? 'v1' : 'v2';
      // The suite has flags that are broken on purpose, so it is loaded the way that tolerates them.
      const flags = await createFlags({ source: memory(document), onInvalid: 'quarantine', bucketing });
      const evaluation = flags.evaluate(key, context, defaultValue);
      expect(evaluation).toMatchObject(result);
      expect(evaluation.flagMetadata).toMatchObject(metadataContains ?? {});
      expect(evaluation.flagMetadata).toEqual(metadata ?? evaluation.flagMetadata);
    });
  }
});
