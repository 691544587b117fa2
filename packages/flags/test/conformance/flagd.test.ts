import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createFlags, memory, validateFlags } from '../../src/index.ts';
import type { Evaluation, EvaluationContext, FlagDocument, FlagValue } from '../../src/index.ts';

// flagd's public suites, read from where SEAWORTHY_CONFORMANCE_DATA says; they are not part of this repository.
// Left out: the cases of bucketing version 1, which this package does not have.

interface Case {
  readonly name: string;
  readonly tags: readonly string[];
  readonly context: EvaluationContext;
  readonly key: string;
  readonly defaultValue: FlagValue;
  readonly expected: { readonly metadataContains?: object; readonly metadata?: object };
}

const folder = process.env['SEAWORTHY_CONFORMANCE_DATA'];
if (folder) {
  evaluatorCases(join(folder, 'flags'));
  schemaCases(join(folder, 'flags/flagd-schemas/test'));
} else {
  console.info("flagd's suites are left out: SEAWORTHY_CONFORMANCE_DATA names no folder to read them from.");
}

function evaluatorCases(directory: string): void {
  const document: FlagDocument = readJson(join(directory, 'flagd-evaluator-flags.json'));
  const cases: readonly Case[] = readJson(join(directory, 'flagd-evaluator-cases.json'));
  const meant = cases.filter(({ tags }) => !tags.includes('@fractional-v1'));
  test('the suite has cases', () => expect(meant.length).toBeGreaterThan(100));
  for (const [index, item] of meant.entries()) {
    const { metadata, metadataContains, ...result } = item.expected;
    test(`evaluator ${index}: ${item.name}`, async () => {
      const evaluation = await answer(document, item);
      expect(evaluation).toMatchObject(result);
      expect(evaluation.flagMetadata).toMatchObject(metadataContains ?? {});
      expect(evaluation.flagMetadata).toEqual(metadata ?? evaluation.flagMetadata);
    });
  }
}

/** The suite has flags that are broken on purpose, so it is loaded the way that tolerates them. */
async function answer(document: FlagDocument, { key, context, defaultValue }: Case): Promise<Evaluation> {
  const flags = await createFlags({ source: memory(document), onInvalid: 'quarantine' });
  return flags.evaluate(key, context, defaultValue);
}

function schemaCases(directory: string): void {
  for (const kind of ['flags', 'flagd', 'targeting']) {
    for (const verdict of ['positive', 'negative']) {
      for (const name of jsonFilesOf(join(directory, kind, verdict))) {
        test(`schema: ${kind}/${verdict}/${name}`, () => {
          const content = readJson(join(directory, kind, verdict, name));
          const problems = validateFlags(kind === 'targeting' ? asEvaluator(content) : content);
          expect({ problems, isRefused: problems.length > 0 }).toEqual({ problems, isRefused: verdict === 'negative' });
        });
      }
    }
  }
}

/** The suite's bare rules, as part of a document; one of them names a shared rule. */
function asEvaluator(rule: unknown): object {
  return { flags: {}, $evaluators: { rule, 'some-ref': { var: 'some' } } };
}

function jsonFilesOf(directory: string): readonly string[] {
  return readdirSync(directory).filter((name) => name.endsWith('.json'));
}

function readJson(path: string): ReturnType<typeof JSON.parse> {
  return JSON.parse(readFileSync(path, 'utf8'));
}

test('a wrong answer does not go unnoticed', async () => {
  const document: FlagDocument = { flags: { a: { state: 'ENABLED', variants: { on: true }, defaultVariant: 'on' } } };
  const item: Case = { name: '', tags: [], context: {}, key: 'a', defaultValue: false, expected: {} };
  expect(await answer(document, item)).toMatchObject({ value: true, reason: 'STATIC' });
  expect(await answer(document, { ...item, key: 'b' })).not.toMatchObject({ value: true });
});
