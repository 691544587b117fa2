import { afterEach, expect, test, vi } from 'vitest';
import { createRuleCompiler } from '../src/compile/rule.ts';
import { run, target } from './make.ts';

afterEach(() => void vi.useRealTimers());

interface Case {
  readonly rule: unknown;
  readonly about?: unknown;
  readonly answer: unknown;
}

const user = { name: 'Ada', age: 36, roles: ['admin', 'dev'], address: { city: 'London' }, none: null };
const pies = [{ filling: 'apple' }, { filling: 'plum' }];
const cases: readonly Case[] = [
  { rule: 'text', answer: 'text' },
  { rule: [1, { '+': [1, 1] }], answer: [1, 2] },
  { rule: { var: 'name' }, about: user, answer: 'Ada' },
  { rule: { var: ['name'] }, about: user, answer: 'Ada' },
  { rule: { var: 'address.city' }, about: user, answer: 'London' },
  { rule: { var: 'roles.1' }, about: user, answer: 'dev' },
  { rule: { var: 'roles.length' }, about: user, answer: null },
  { rule: { var: 'absent.deeper' }, about: user, answer: null },
  { rule: { var: ['absent', 'fallback'] }, about: user, answer: 'fallback' },
  { rule: { var: ['none', 'fallback'] }, about: user, answer: 'fallback' },
  { rule: { var: ['name', 'fallback'] }, about: user, answer: 'Ada' },
  { rule: { var: 'constructor' }, about: user, answer: null },
  { rule: { var: '__proto__.polluted' }, about: user, answer: null },
  { rule: { var: 'name' }, about: undefined, answer: null },
  { rule: { var: { cat: ['na', 'me'] } }, about: user, answer: 'Ada' },
  { rule: { var: [{ cat: ['ab', 'sent'] }, 7] }, about: user, answer: 7 },
  { rule: { var: '$flagd.flagKey' }, answer: 'flag' },
  { rule: { missing: ['name', 'phone'] }, about: user, answer: ['phone'] },
  { rule: { missing: [['name', 'phone']] }, about: user, answer: ['phone'] },
  { rule: { missing_some: [1, ['name', 'phone']] }, about: user, answer: [] },
  { rule: { missing_some: [2, ['name', 'phone']] }, about: user, answer: ['phone'] },
  { rule: { if: [true, 'a', 'b'] }, answer: 'a' },
  { rule: { if: [[], 'a', 'b'] }, answer: 'b' },
  { rule: { if: ['0', 'a', 'b'] }, answer: 'a' },
  { rule: { if: [false, 'a'] }, answer: null },
  { rule: { if: ['yes'] }, answer: 'yes' },
  { rule: { if: [false, 'a', false, 'b', 'c'] }, answer: 'c' },
  { rule: { if: [false, 'a', true, 'b', 'c'] }, answer: 'b' },
  { rule: { if: [false, 'a', false, 'b'] }, answer: null },
  { rule: { and: [1, '', 2] }, answer: '' },
  { rule: { and: [1, 2] }, answer: 2 },
  { rule: { or: [0, '', 'x'] }, answer: 'x' },
  { rule: { or: [0, []] }, answer: [] },
  { rule: { '!': [[]] }, answer: true },
  { rule: { '!': 1 }, answer: false },
  { rule: { '!!': ['0'] }, answer: true },
  { rule: { '==': [1, '1'] }, answer: true },
  { rule: { '===': [1, '1'] }, answer: false },
  { rule: { '!=': [1, '1'] }, answer: false },
  { rule: { '!==': [1, '1'] }, answer: true },
  { rule: { '<': [1, '10'] }, answer: true },
  { rule: { '<': ['9', '10'] }, answer: false },
  { rule: { '<': [1, 2, 3] }, answer: true },
  { rule: { '<': [1, 1, 3] }, answer: false },
  { rule: { '<=': [1, 1, 1] }, answer: true },
  { rule: { '>': [{ var: 'age' }, 18] }, about: user, answer: true },
  { rule: { '>=': [18, 18] }, answer: true },
  { rule: { '>': ['much', 1] }, answer: false },
  { rule: { '+': [1, '2', 3.5] }, answer: 6.5 },
  { rule: { '*': [2, '3'] }, answer: 6 },
  { rule: { '-': [5] }, answer: -5 },
  { rule: { '-': [5, 3] }, answer: 2 },
  { rule: { '/': [7, 2] }, answer: 3.5 },
  { rule: { '%': [7, 2] }, answer: 1 },
  { rule: { max: [1, 3, 2] }, answer: 3 },
  { rule: { min: [1, '0', 2] }, answer: 0 },
  { rule: { cat: ['a', 1, null, true] }, answer: 'a1true' },
  { rule: { substr: ['jsonlogic', 4] }, answer: 'logic' },
  { rule: { substr: ['jsonlogic', -5] }, answer: 'logic' },
  { rule: { substr: ['jsonlogic', 1, 3] }, answer: 'son' },
  { rule: { substr: ['jsonlogic', 4, -2] }, answer: 'log' },
  { rule: { in: ['dev', { var: 'roles' }] }, about: user, answer: true },
  { rule: { in: ['Spring', 'Springfield'] }, answer: true },
  { rule: { in: ['x', null] }, answer: false },
  { rule: { in: [{ var: 'age' }, [1, 2, 3, 4, 5, 6, 7, 36]] }, about: user, answer: true },
  { rule: { in: [{ var: 'name' }, [1, 2, 3, 4, 5, 6, 7, 36]] }, about: user, answer: false },
  { rule: { merge: [1, [2, 3], [[4]]] }, answer: [1, 2, 3, [4]] },
  { rule: { map: [[1, 2], { '*': [{ var: '' }, 2] }] }, answer: [2, 4] },
  { rule: { filter: [{ var: '' }, { '==': [{ var: 'filling' }, 'apple'] }] }, about: pies, answer: [] },
  { rule: { filter: [{ var: 'pies' }, { '==': [{ var: 'filling' }, 'plum'] }] }, about: { pies }, answer: [pies[1]] },
  { rule: { map: [{ var: 'pies' }, { var: 'name' }] }, about: { pies, name: 'outer' }, answer: [null, null] },
  { rule: { all: [[1, 2], { '>': [{ var: '' }, 0] }] }, answer: true },
  { rule: { all: [[], { '>': [{ var: '' }, 0] }] }, answer: false },
  { rule: { none: [[1, 2], { '>': [{ var: '' }, 5] }] }, answer: true },
  { rule: { some: [[1, 9], { '>': [{ var: '' }, 5] }] }, answer: true },
  { rule: { some: ['no list', true] }, answer: false },
  { rule: { reduce: [[1, 2, 3], { '+': [{ var: 'current' }, { var: 'accumulator' }] }, 10] }, answer: 16 },
  { rule: { starts_with: ['abc', 'ab'] }, answer: true },
  { rule: { ends_with: ['abc', 'bc'] }, answer: true },
  { rule: { ends_with: [{ var: 'age' }, 'bc'] }, about: user, answer: null },
  { rule: { starts_with: ['abc'] }, answer: null },
  { rule: { sem_ver: ['1.2.3', '>', '1.2.2'] }, answer: true },
  { rule: { sem_ver: [{ var: 'age' }, '^', '36.1'] }, about: user, answer: true },
  { rule: { sem_ver: ['1.2.3', 'like', '1.2.2'] }, answer: null },
  { rule: { sem_ver: ['1.2.3', 'constructor', '1.2.2'] }, answer: null },
  { rule: { sem_ver: [{ var: 'name' }, '=', '1.2.2'] }, about: user, answer: null },
  { rule: { sem_ver: ['1.2.3', '='] }, answer: null },
];
for (const { rule, about, answer } of cases) {
  const subject = about === undefined ? '' : ` about ${JSON.stringify(about)}`;
  test(`${JSON.stringify(rule)}${subject} answers ${JSON.stringify(answer)}`, () => {
    expect(run(rule, about)).toEqual(answer);
  });
}

test('the context of a call lies over that of the flags', () => {
  const base = { plan: 'free', region: 'eu', user: { name: 'nobody' } };
  const read = (path: string): unknown => run({ var: path }, { plan: 'pro', user: null }, base);
  expect(['plan', 'region', 'user.name'].map(read)).toEqual(['pro', 'eu', null]);
});

test('an empty path gives the whole context, with what flagd adds', () => {
  vi.useFakeTimers({ now: 1_700_000_000_999 });
  expect(run({ var: '' }, { plan: 'pro' }, { region: 'eu' })).toEqual({
    plan: 'pro',
    region: 'eu',
    $flagd: { flagKey: 'flag', timestamp: 1_700_000_000 },
  });
});

test('a schedule is a rule about $flagd.timestamp, in seconds', async () => {
  vi.useFakeTimers({ now: 999_000 });
  const from1000 = { if: [{ '>=': [{ var: '$flagd.timestamp' }, 1000] }, 'red', null] };
  expect(await target(from1000)).toBe('other');
  vi.setSystemTime(1_000_000);
  expect(await target(from1000)).toBe('red');
});

const unusable = [
  { rule: { 'no such': [1] }, says: 'the operator "no such" is unknown' },
  { rule: { $ref: 'nowhere' }, says: '$ref names "nowhere", which is not in $evaluators' },
  { rule: { if: [{}, 'a'] }, says: 'an object has no operator, or more than one' },
  { rule: { a: 1, b: 2 }, says: 'an object has no operator, or more than one' },
];
for (const { rule, says } of unusable) {
  test(`${JSON.stringify(rule)} is refused by the compiler`, () => expect(() => run(rule)).toThrow(says));
}

test('shared rules that lead back to themselves are refused by the compiler', () => {
  const rules = createRuleCompiler({ a: { '!': { $ref: 'b' } }, b: { $ref: 'a' } }, {});
  expect(() => rules.compile({ $ref: 'a' })).toThrow('$ref "a" leads back to itself');
});

test('inside a list operator a shared rule sees the element', () => {
  const rules = createRuleCompiler({ isBig: { '>': [{ var: '' }, 5] } }, {});
  expect(rules.compile({ filter: [{ var: 'sizes' }, { $ref: 'isBig' }] })({ sizes: [1, 9] }, 'flag')).toEqual([9]);
});
