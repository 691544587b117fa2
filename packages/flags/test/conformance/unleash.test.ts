import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { createFlags, type EvaluationContext } from '../../src/index.ts';
import { unleash, variantOf } from '../../src/unleash.ts';
import { expectCases } from './data.ts';

// Unleash's client specification, from its npm package: all cases, none left out.

interface Case<Expected> {
  readonly description: string;
  readonly context: EvaluationContext;
  readonly toggleName: string;
  readonly expectedResult: Expected;
}

interface Specification {
  readonly name: string;
  readonly state: object;
  readonly tests?: readonly Case<boolean>[];
  readonly variantTests?: readonly Case<object>[];
}

const folder = join(
  dirname(fileURLToPath(import.meta.resolve('@unleash/client-specification/package.json'))),
  'specifications',
);
const names: readonly string[] = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8'));
const specifications = names.map((name): Specification => JSON.parse(readFileSync(join(folder, name), 'utf8')));

const count = specifications.flatMap(({ tests = [], variantTests = [] }) => [...tests, ...variantTests]).length;
expectCases("Unleash's client specification", count, 279);

for (const { name, state, tests = [], variantTests = [] } of specifications) {
  describe(name, async () => {
    const flags = await createFlags({ source: unleash(state) });
    for (const [index, { description, toggleName, context, expectedResult }] of tests.entries()) {
      test(`${index} ${description}`, () => expect(flags.value(toggleName, context, false)).toBe(expectedResult));
    }
    for (const [index, { description, toggleName, context, expectedResult }] of variantTests.entries()) {
      test(`variant ${index} ${description}`, () => {
        expect(variantOf(flags.evaluate(toggleName, context))).toEqual(expectedResult);
      });
    }
  });
}
