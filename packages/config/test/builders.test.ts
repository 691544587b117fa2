import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  boolean,
  duration,
  int,
  list,
  number,
  oneOf,
  path,
  port,
  string,
  url,
  type Leaf,
  type Parsed,
} from '../src/index.ts';

async function parse<T>(leaf: Leaf<T, never>, raw: unknown, text: boolean): Promise<Parsed<T>> {
  return leaf['~leaf'].parse(raw, { text, cwd: '/base' });
}

interface Case {
  readonly leaf: Leaf<unknown, never>;
  readonly name: string;
  /** Raw text, and what it reads as; `undefined` is refused. */
  readonly text: readonly (readonly [raw: string, value: unknown])[];
  /** Raw values of a file. */
  readonly tree: readonly (readonly [raw: unknown, value: unknown])[];
}

const cases: readonly Case[] = [
  {
    name: 'string',
    leaf: string({ minLength: 2, maxLength: 4, pattern: /^[a-z]+$/g }),
    text: [
      ['abc', 'abc'],
      ['a', undefined],
      ['abcde', undefined],
      ['AB', undefined],
    ],
    tree: [
      ['abc', 'abc'],
      [12, undefined],
      [null, undefined],
    ],
  },
  {
    name: 'int',
    leaf: int({ min: -5, max: 5 }),
    text: [
      ['5', 5],
      ['-5', -5],
      [' 3 ', 3],
      ['6', undefined],
      ['1.5', undefined],
      ['0x1', undefined],
      ['', undefined],
      ['1e0', 1],
    ],
    tree: [
      [5, 5],
      ['5', undefined],
      [1.5, undefined],
      [Number.NaN, undefined],
      [true, undefined],
    ],
  },
  {
    name: 'number',
    leaf: number(),
    text: [
      ['1.5', 1.5],
      ['-.5', -0.5],
      ['1e3', 1_000],
      ['Infinity', undefined],
      ['1_000', undefined],
      ['1,5', undefined],
    ],
    tree: [
      [1.5, 1.5],
      [Infinity, undefined],
      [Number.NaN, undefined],
    ],
  },
  {
    name: 'port',
    leaf: port(),
    text: [
      ['0', 0],
      ['65535', 65_535],
      ['65536', undefined],
      ['-1', undefined],
      ['tcp://10.0.0.1:80', undefined],
    ],
    tree: [[8080, 8080]],
  },
  {
    name: 'boolean',
    leaf: boolean(),
    text: [
      ['true', true],
      ['TRUE', true],
      ['1', true],
      ['on', true],
      ['no', false],
      ['0', false],
      ['maybe', undefined],
      ['', undefined],
    ],
    tree: [
      [true, true],
      [false, false],
      ['true', undefined],
      [1, undefined],
    ],
  },
  {
    name: 'url',
    leaf: url({ protocols: ['https', 'postgres'] }),
    text: [
      ['https://x.example', 'https://x.example'],
      ['postgres://db/app', 'postgres://db/app'],
      ['http://x', undefined],
      ['x', undefined],
    ],
    tree: [[5, undefined]],
  },
  {
    name: 'oneOf',
    leaf: oneOf(['info', 'debug']),
    text: [
      ['info', 'info'],
      ['INFO', undefined],
    ],
    tree: [
      ['debug', 'debug'],
      [1, undefined],
      ['__proto__', undefined],
    ],
  },
  {
    name: 'duration',
    leaf: duration({ maxMs: 86_400_000 }),
    text: [
      ['250ms', 250],
      ['30s', 30_000],
      ['1h30m', 5_400_000],
      ['1h 30m', 5_400_000],
      ['1d', 86_400_000],
      ['2d', undefined],
      ['500', 500],
      ['1.5s', 1_500],
      ['5 parsecs', undefined],
      ['-1s', undefined],
      ['', undefined],
    ],
    tree: [
      [250, 250],
      ['30s', 30_000],
      [-1, undefined],
      [true, undefined],
    ],
  },
  {
    name: 'path',
    leaf: path(),
    text: [
      ['data', '/base/data'],
      ['/abs', '/abs'],
      ['', undefined],
      ['a\0b', undefined],
    ],
    tree: [[5, undefined]],
  },
  {
    name: 'list',
    leaf: list(int(), { minItems: 1 }),
    text: [
      ['1, 2,3', [1, 2, 3]],
      ['1,x', undefined],
      ['', undefined],
      [',', undefined],
    ],
    tree: [
      [
        [1, 2],
        [1, 2],
      ],
      [['1'], undefined],
      ['1', undefined],
      [[], undefined],
    ],
  },
];

for (const { name, leaf, text, tree } of cases) {
  describe(name, () => {
    const rows = [...text.map((row) => [...row, true] as const), ...tree.map((row) => [...row, false] as const)];
    for (const [raw, value, isText] of rows) {
      const outcome = value === undefined ? 'is refused' : `reads as ${JSON.stringify(value)}`;
      test(`${isText ? 'text' : 'value'} ${JSON.stringify(raw)} ${outcome}`, async () => {
        const parsed = await parse(leaf, raw, isText);
        expect('value' in parsed ? parsed.value : undefined).toEqual(value);
      });
    }
  });
}

test('a list of flags repeats and splits', async () => {
  expect(await parse(list(), ['a,b', 'c'], true)).toEqual({ value: ['a', 'b', 'c'] });
  expect(await parse(list(string(), { separator: ';' }), 'a,b;c', true)).toEqual({ value: ['a,b', 'c'] });
});

test('a pattern with state gives the same answer twice', async () => {
  const leaf = string({ pattern: /a/g });
  expect(await parse(leaf, 'a', true)).toEqual(await parse(leaf, 'a', true));
});

test('any whole number survives being written as text', async () => {
  const property = fc.asyncProperty(fc.maxSafeInteger(), async (value) => {
    expect(await parse(int(), String(value), true)).toEqual({ value });
  });
  await fc.assert(property);
});

test('no text makes a builder throw', async () => {
  const leaves = cases.map(({ leaf }) => leaf);
  const property = fc.asyncProperty(fc.constantFrom(...leaves), fc.string(), async (leaf, raw) => {
    expect(Object.keys(await parse(leaf, raw, true))).not.toHaveLength(0);
  });
  await fc.assert(property);
});

test('a leaf is never changed by its methods', () => {
  const plain = int();
  plain.default(1).optional().describe('x').reloadable();
  expect(plain['~leaf']).toMatchObject({ reloadable: false, optional: false });
  expect(plain['~leaf'].fallback).toBe(undefined);
});
