import { describe, expect, test } from 'vitest';
import { checkCompatibility, fromJsonSchema, type Schema } from '../../src/index.ts';
import { expectCases, withData } from './data.ts';
import { documentsOf, drafts, groupsOf, type Group } from './suite.ts';

// Every schema of the public suite against others of it, with every instance of it: no verdict may be wrong. A run takes each
// `stride`-th pair; SEAWORTHY_CONFORMANCE_STRIDE=1 takes all of them.

const stride = Number(process.env['SEAWORTHY_CONFORMANCE_STRIDE'] ?? 149);
/** All pairs of a draft take some minutes. */
const timeout = stride < 149 ? 1_800_000 : 60_000;

interface Known {
  readonly group: Group;
  readonly schema: Schema;
  readonly accepts: ReadonlySet<number>;
}

withData('schema/json-schema-test-suite', (directory) => {
  const documents = documentsOf(directory);
  for (const { folder, draft } of drafts) {
    const groups = groupsOf(directory, folder);
    const values = [
      ...new Map(groups.flatMap(({ cases }) => cases.map(({ data }) => [JSON.stringify(data), data]))).values(),
    ];
    expectCases(`instances of ${folder}`, values.length, 800);
    const options = { draft, documents, formats: true };
    const known = groups.map((group): Known => {
      const schema = fromJsonSchema(group.schema, options);
      return { group, schema, accepts: new Set([...values.keys()].filter((index) => isValid(schema, values[index]))) };
    });

    describe(folder, () => {
      test('every schema is compatible with itself, also when it is read twice', () => {
        const wrong = known.filter(({ group, schema }) => {
          const again = fromJsonSchema(readAgain(group.schema), options);
          const isSame = checkCompatibility(schema, schema, 'FULL').compatible;
          return !isSame || !checkCompatibility(schema, again, 'FULL').compatible;
        });
        expect(wrong.map(({ group }) => group.name)).toEqual([]);
      });

      test(`a verdict has no counter-example, and a witness is one: each ${stride}th pair`, { timeout }, () => {
        const wrong: string[] = [];
        for (const [index, old] of known.entries()) {
          for (let other = index % stride; other < known.length; other += stride) {
            const latest = known[other];
            if (latest && isWrong(old, latest)) wrong.push(`${old.group.name} → ${latest.group.name}`);
          }
        }
        expect(wrong).toEqual([]);
      });
    });
  }
});

/** Another document that says the same, with a word that nobody knows: it is not recognised by its text. */
function readAgain(schema: unknown): unknown {
  return typeof schema === 'object' && schema !== null ? { ...schema, 'x-again': true } : schema;
}

function isWrong(old: Known, latest: Known): boolean {
  const { verdict, differences } = checkCompatibility(old.schema, latest.schema, 'BACKWARD', { fuel: 50_000 });
  if (verdict === 'compatible') return [...old.accepts].some((index) => !latest.accepts.has(index));
  const witnesses = differences.filter(({ breaking }) => breaking).map(({ witness }) => witness);
  if (verdict === 'breaking' && witnesses.length === 0) return true;
  return witnesses.some((witness) => !isValid(old.schema, witness) || isValid(latest.schema, witness));
}

function isValid(schema: Schema, value: unknown): boolean {
  const result = schema['~standard'].validate(value);
  return !(result instanceof Promise) && result.issues === undefined;
}
