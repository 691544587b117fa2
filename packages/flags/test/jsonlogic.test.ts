import * as fc from 'fast-check';
import jsonLogic, { type RulesLogic } from 'json-logic-js';
import { expect, test } from 'vitest';
import { compile, operatorNames } from '../src/jsonlogic.ts';

interface Example {
  readonly name: string;
  readonly rule: unknown;
  readonly data?: unknown;
  readonly answer: unknown;
}

const people = { user: { name: 'ada', tags: ['x', 'y'] }, limit: 10, '': { '': 3 } };
const examples: readonly Example[] = [
  { name: 'a value is itself', rule: 17, answer: 17 },
  { name: 'a list is computed item by item', rule: [1, { var: 'limit' }], data: people, answer: [1, 10] },
  { name: 'an object without an operator is itself', rule: {}, answer: {} },
  { name: 'an object with two keys is itself', rule: { a: 1, b: 2 }, answer: { a: 1, b: 2 } },
  { name: 'var follows dots', rule: { var: 'user.name' }, data: people, answer: 'ada' },
  { name: 'var finds elements', rule: { var: 'user.tags.1' }, data: people, answer: 'y' },
  { name: 'var finds lengths', rule: { var: 'user.tags.length' }, data: people, answer: 2 },
  { name: 'var does not see what is inherited', rule: { var: ['constructor', 'none'] }, data: {}, answer: 'none' },
  { name: 'var without a path is the whole', rule: { var: [] }, data: 5, answer: 5 },
  { name: 'var computes its path', rule: { var: { cat: ['lim', 'it'] } }, data: people, answer: 10 },
  { name: 'var has a fallback', rule: { var: ['absent', { '+': [1, 1] }] }, data: people, answer: 2 },
  { name: 'val takes a path step by step', rule: { val: ['user', 'tags', 0] }, data: people, answer: 'x' },
  { name: 'val takes an empty key for a key', rule: { val: ['', ''] }, data: people, answer: 3 },
  { name: 'val takes a dot for a letter', rule: { val: '.' }, data: { '.': 20 }, answer: 20 },
  { name: 'val without a path is the whole', rule: { val: [] }, data: 7, answer: 7 },
  {
    name: 'val climbs out of a list operator',
    rule: { map: [[1, 2], { '+': [{ val: [] }, { val: [[-2], 'limit'] }] }] },
    data: people,
    answer: [11, 12],
  },
  {
    name: 'val reads the index',
    rule: { map: [['a', 'b'], { val: [[-1], 'index'] }] },
    answer: [0, 1],
  },
  {
    name: 'val climbs out of two list operators',
    rule: { map: [['x'], { map: [[1], { val: [[-4], 'limit'] }] }] },
    data: people,
    answer: [[10]],
  },
  { name: 'val past the outermost is null', rule: { val: [[-9], 'limit'] }, data: people, answer: null },
  { name: 'exists sees null', rule: { exists: 'a' }, data: { a: null }, answer: true },
  { name: 'exists misses', rule: { exists: ['user', 'age'] }, data: people, answer: false },
  { name: '?? takes the first that is not null', rule: { '??': [null, { var: 'no' }, false, 1] }, answer: false },
  { name: '?? of nothing is null', rule: { '??': [] }, answer: null },
  { name: 'try takes the first that does not fail', rule: { try: [{ throw: 'bad' }, 1] }, answer: 1 },
  {
    name: 'try shows the failure to the next',
    rule: { try: [{ throw: 'bad' }, { val: [] }] },
    answer: { type: 'bad' },
  },
  {
    name: 'try reaches through list operators',
    rule: { try: [{ map: [[1], { throw: { val: [[2], 'e'] } }] }, { val: 'type' }] },
    data: { e: { type: 'E' } },
    answer: 'E',
  },
  { name: 'preserve does not compute', rule: { preserve: { var: 'a' } }, answer: { var: 'a' } },
  { name: 'length counts', rule: { length: [[1, 2, 3]] }, answer: 3 },
  { name: '?: is if', rule: { '?:': [false, 1, 2] }, answer: 2 },
];
for (const { name, rule, data = null, answer } of examples) {
  test(name, () => expect(compile(rule)(data)).toEqual(answer));
}

const leaf = fc.oneof(
  fc.constantFrom(null, true, false, 0, 1, 2, -1.5, '', 'a', '1', '10', 'b'),
  fc.constantFrom({ var: 'a' }, { var: 'b.c' }, { var: ['d', 3] }, { var: 'list.1' }),
);
const { rule: anyRule } = fc.letrec<{ rule: unknown; list: unknown }>((tie) => ({
  list: fc.array(tie('rule'), { maxLength: 3 }),
  rule: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    operation(['==', '===', '!=', '!==', 'in', '-', '/', '%'], fc.tuple(tie('rule'), tie('rule'))),
    operation(['<', '<=', '>', '>='], fc.tuple(fc.integer(), fc.integer())),
    operation(['<', '<='], fc.tuple(fc.integer(), fc.integer(), fc.integer())),
    operation(['and', 'or'], fc.array(tie('rule'), { minLength: 1, maxLength: 3 })),
    operation(['if', '?:'], fc.array(tie('rule'), { maxLength: 5 })),
    operation(['cat', 'merge', 'max', 'min'], tie('list')),
    operation(['+'], fc.array(fc.oneof(fc.integer(), fc.constant('3')), { maxLength: 3 })),
    operation(['*'], fc.array(fc.integer(), { minLength: 2, maxLength: 3 })),
    operation(['!', '!!'], fc.tuple(tie('rule'))),
    operation(['missing'], fc.array(fc.constantFrom('a', 'b.c', 'x'), { maxLength: 3 })),
    operation(['missing_some'], fc.tuple(fc.nat(2), fc.array(fc.constantFrom('a', 'b.c', 'x'), { maxLength: 3 }))),
    operation(['substr'], fc.tuple(fc.string(), fc.integer({ min: -5, max: 5 }), fc.integer({ min: -5, max: 5 }))),
    operation(['map', 'filter', 'all', 'none', 'some'], fc.tuple(fc.constant({ var: 'list' }), tie('rule'))),
    fc.constant({ reduce: [{ var: 'list' }, { '+': [{ var: 'current' }, { var: 'accumulator' }] }, 5] }),
  ),
}));

function operation(names: readonly string[], args: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.tuple(fc.constantFrom(...names), args).map(([name, value]) => ({ [name]: value }));
}

test('answers like the reference implementation', () => {
  const data = { a: 1, b: { c: 'x' }, list: [3, 1, 2] };
  fc.assert(
    fc.property(anyRule, (rule) => {
      const expected: unknown = jsonLogic.apply(rule as RulesLogic, data);
      expect(normal(compile(rule)(data))).toEqual(normal(expected));
    }),
    { numRuns: 2000 },
  );
});

/** JSON knows neither NaN nor undefined. */
function normal(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null));
}

test('log writes where it is told, and passes the value on', () => {
  const lines: unknown[] = [];
  expect(compile({ '+': [{ log: 2 }, 1] }, { log: (value) => lines.push(value) })()).toBe(3);
  expect(lines).toEqual([2]);
});

test('operators of one s own get values', () => {
  const rule = compile({ double: [{ var: 'a' }] }, { operators: { double: (value) => Number(value) * 2 } });
  expect(rule({ a: 4 })).toBe(8);
});

test('an unknown operator is refused', () => {
  expect(() => compile({ if: [true, { nonsense: [] }] })).toThrow('the operator "nonsense" is unknown');
});

test('a rule that is nested too deeply is refused', () => {
  let rule: unknown = true;
  for (let level = 0; level < 20_000; level += 1) rule = { '!': [rule] };
  expect(() => compile(rule)).toThrow(expect.objectContaining({ code: 'seaworthy.flags.INVALID_RULE' }));
});

test('throw fails with what it says', () => {
  const rule = compile({ throw: { val: 'x' } });
  expect(() => rule({ x: { type: 'Some error' } })).toThrow(
    expect.objectContaining({ code: 'seaworthy.flags.RULE_FAILED', params: { reason: { type: 'Some error' } } }),
  );
});

test('try without a way out fails with the last failure', () => {
  expect(() => compile({ try: [{ throw: 'a' }, { throw: 'b' }] })()).toThrow(
    expect.objectContaining({ params: { reason: { type: 'b' } } }),
  );
});

test('all operators of the public list are there', () => {
  const listed =
    'var missing missing_some if == === != !== ! !! or and > >= < <= max min + - * / % map reduce filter all none some merge in cat substr log';
  expect(listed.split(' ').filter((name) => !operatorNames.includes(name))).toEqual([]);
});
