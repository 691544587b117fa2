import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Lines } from '../src/project/lines.ts';
import { parseJson } from '../src/project/parse/json.ts';
import type { JsonFile } from '../src/rules/contract.ts';

function read(text: string): JsonFile {
  const lines = new Lines(text);
  const parsed = parseJson(text, (offset) => lines.position(offset));
  if (!parsed.ok) throw new TypeError(`${parsed.reason} at ${parsed.offset}`);
  return parsed.value;
}

test('reads what JSON.parse reads', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2, '\t'), (value, space) => {
      const text = JSON.stringify(value, null, space);
      expect(read(text).value).toEqual(JSON.parse(text));
    }),
  );
});

test('every value knows where it starts', () => {
  const file = read('{\n  "scripts": {\n    "start": "node .",\n    "é": [1, { "x": null }]\n  }\n}');
  expect(file.locate(['scripts'])).toEqual({ line: 2, column: 14 });
  expect(file.locate(['scripts', 'start'])).toEqual({ line: 3, column: 14 });
  expect(file.locate(['scripts', 'é', 1, 'x'])).toEqual({ line: 4, column: 21 });
  expect(file.locate(['scripts', 'absent', 'deeper'])).toEqual({ line: 1, column: 1 });
  expect(file.locate([])).toEqual({ line: 1, column: 1 });
});

test('comments and trailing commas are allowed', () => {
  expect(read('// one\n{ /* two */ "a": [1, 2,], // three\n}\n').value).toEqual({ a: [1, 2] });
});

test('the last of two equal names counts', () => {
  expect(read('{ "a": 1, "a": 2 }').value).toEqual({ a: 2 });
});

test('a name such as __proto__ is a name', () => {
  const { value } = read('{ "__proto__": { "polluted": true } }');
  expect(Object.keys(value as object)).toEqual(['__proto__']);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

const broken: readonly (readonly [text: string, reason: string, offset: number])[] = [
  ['', 'Expected a value.', 0],
  ['{', 'Expected a property name in double quotes, or `}`.', 1],
  ['{ a: 1 }', 'Expected a property name in double quotes, or `}`.', 2],
  ['{ "a" 1 }', 'Expected `:` after a property name.', 6],
  ['{ "a": 1 "b": 2 }', 'Expected `,` or `}`.', 9],
  ['[1 2]', 'Expected `,` or `]`.', 3],
  ['{} x', 'Expected the end of the file.', 3],
  ['"open', 'A string does not end, or holds what must be escaped.', 0],
  ['"a\u0001"', 'A string does not end, or holds what must be escaped.', 0],
  [String.raw`"\x"`, 'A string does not end, or holds what must be escaped.', 0],
  ['01', 'Expected the end of the file.', 1],
  ['{ "a": }', 'Expected a value.', 7],
  ["{ 'a': 1 }", 'Expected a property name in double quotes, or `}`.', 2],
];

for (const [text, reason, offset] of broken) {
  test(`${JSON.stringify(text)} is refused at ${offset}`, () => {
    expect(parseJson(text, () => ({ line: 1, column: 1 }))).toEqual({ ok: false, reason, offset });
  });
}

test('nesting without end is refused, not a crash', () => {
  const parsed = parseJson('['.repeat(100_000), () => ({ line: 1, column: 1 }));
  expect(parsed).toMatchObject({ ok: false, reason: 'It nests too deeply to be looked at.' });
});
