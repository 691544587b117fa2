// Values as JavaScript gives them: what is no schema or no subject would fail later, where nobody sees which one it is.
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createRegistry, SchemaErrors, subject, toJsonSchema, toTypes } from '../src/index.ts';

const order = subject('order', z.object({ id: z.string() }));
const call =
  (make: (...args: never[]) => unknown, ...args: readonly unknown[]) =>
  (): unknown =>
    Reflect.apply(make, undefined, args);

const schema = '`schema` to be a Standard Schema, such as one of zod, got';
const cases: readonly (readonly [string, () => unknown])[] = [
  ...[toTypes, toJsonSchema].flatMap((write): (readonly [string, () => unknown])[] => [
    [`${schema} \`undefined\` (undefined)`, call(write, undefined)],
    [`${schema} \`null\` (object)`, call(write, null)],
    [`${schema} an object`, call(write, { type: 'string' })],
    [`${schema} a function`, call(write, () => true)],
  ]),
  [`${schema} \`5\` (number)`, call(subject, 'order', 5)],
  [`${schema} an object`, call(subject, 'order', { '~standard': null })],
  [`${schema} a list`, call(order.version, 2, [], { up: String })],
  ['`steps` to be an object with `up`', call(order.version, 2, z.string(), undefined)],
  ['`subjects` to be a list of subjects, got an object', call(createRegistry, order)],
  [
    '`subjects[1]` to be a subject, made with `subject(name, schema)`, got an object',
    call(createRegistry, [order, z.string()]),
  ],
  [
    '`subjects[0]` to be a subject, made with `subject(name, schema)`, got `null` (object)',
    call(createRegistry, [null]),
  ],
];
for (const [index, [says, make]] of cases.entries()) {
  test(`Expected ${says} (${index})`, () => {
    expect(make).toThrow(`Expected ${says}`);
    expect(make).toThrow(SchemaErrors.INVALID_OPTION);
  });
}
