import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { compile } from '../../src/jsonlogic.ts';
import { expectCases } from './data.ts';

// JsonLogic's table of rules, data and answers, as an npm package carries it: all rows, none left out.

type Row = readonly [rule: unknown, data: unknown, answer: unknown];

const path = fileURLToPath(new URL('../../bench/tests.json', import.meta.resolve('jsonlogic-tables')));
const lines: readonly (Row | string)[] = JSON.parse(readFileSync(path, 'utf8'));
// Headings of the table are texts between its rows.
const rows = lines.filter((line) => typeof line !== 'string');
expectCases("JsonLogic's table", rows.length, 275);

for (const [index, [rule, data, answer]] of rows.entries()) {
  test(`${index} ${JSON.stringify(rule)} about ${JSON.stringify(data)}`, () => {
    expect(compile(rule)(data)).toStrictEqual(answer);
  });
}
