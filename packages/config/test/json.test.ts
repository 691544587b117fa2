import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseJson, positionAt } from '../src/json.ts';

test('every JSON text reads as JSON.parse reads it', () => {
  const property = fc.property(fc.json(), fc.constantFrom(0, 2), (json, indent) => {
    const text = JSON.stringify(JSON.parse(json), undefined, indent);
    expect(parseJson(text)).toMatchObject({ value: JSON.parse(text) });
  });
  fc.assert(property);
});

test('a text is accepted exactly when JSON.parse accepts it', () => {
  const piece = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"a"',
    '"\\u00e9"',
    '1',
    '-',
    '01',
    '1.',
    '1e5',
    'true',
    'nul',
    ' ',
    '\n',
    '\t',
    '"\\x"',
    '"',
    '/',
    '//',
  );
  const property = fc.property(fc.array(piece, { maxLength: 7 }), (pieces) => {
    const text = pieces.join('');
    let accepts = true;
    try {
      JSON.parse(text);
    } catch {
      accepts = false;
    }
    const hasDuplicates = /"a".*"a"/s.test(text);
    fc.pre(!hasDuplicates);
    expect('value' in parseJson(text)).toBe(accepts);
  });
  fc.assert(property, { numRuns: 2_000 });
});

test('values and names know where they stand', () => {
  const text = '{\r\n  "a": [1, { "b": true }]\r\n}';
  const document = parseJson(text);
  if ('offset' in document) throw new TypeError('expected a document');
  const place = (offset: number | undefined): string => {
    const { line, column } = positionAt(text, offset ?? -1);
    return `${line}:${column}`;
  };
  expect(place(document.names.get('["a"]'))).toBe('2:3');
  expect(place(document.values.get('["a"]'))).toBe('2:8');
  expect(place(document.values.get('["a",1,"b"]'))).toBe('2:19');
});

test('comments and last commas are for JSONC only', () => {
  const text = '// head\n{ /* a * b */ "a": [1, 2,], } // tail';
  expect(parseJson(text, { comments: true })).toMatchObject({ value: { a: [1, 2] } });
  expect(parseJson(text)).toEqual({ offset: 0, expected: 'a value' });
});

const mistakes = [
  { text: '', offset: 0, expected: 'a value' },
  { text: '{ "a" 1 }', offset: 6, expected: 'a colon' },
  { text: '{ "a": 1 "b": 2 }', offset: 9, expected: 'a comma or }' },
  { text: '[1 2]', offset: 3, expected: 'a comma or ]' },
  { text: '{ a: 1 }', offset: 2, expected: 'a name in double quotes' },
  { text: '{ "a": 1, "a": 2 }', offset: 10, expected: 'a name that is not there already' },
  { text: '1 2', offset: 2, expected: 'the end of the text' },
  { text: '[1,]', offset: 3, expected: 'a value' },
  { text: '"a\u0000"', offset: 0, expected: 'a value' },
];
for (const { text, offset, expected } of mistakes) {
  test(`${JSON.stringify(text)} expects ${expected} at ${offset}`, () => {
    expect(parseJson(text)).toEqual({ offset, expected });
  });
}

test('endless nesting is refused, not followed', () => {
  expect(parseJson('['.repeat(100_000))).toMatchObject({ expected: 'at most 200 levels' });
});

test('a byte order mark is skipped', () => {
  expect(parseJson('\uFEFF{}')).toMatchObject({ value: {} });
});

test('names like __proto__ are plain names', () => {
  const document = parseJson('{ "__proto__": 1 }');
  expect('value' in document && Object.keys(document.value ?? {})).toEqual(['__proto__']);
});
