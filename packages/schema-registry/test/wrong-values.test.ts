// Values as JavaScript gives them: what is no schema or no subject would fail later, where nobody sees which one it is.
import { expect, test } from 'vitest';
import { z } from 'zod';
import { parseForm, toForm, toUiSchema } from '../src/form.ts';
import { createSchemaServer } from '../src/http.ts';
import {
  checkLock,
  createLock,
  createRegistry,
  fingerprint,
  migrateAll,
  readLock,
  SchemaErrors,
  subject,
  toCliHelp,
  toJsonSchema,
  toOpenApi,
  toTypes,
  wireSchemas,
  writeLock,
} from '../src/index.ts';

const order = subject('order', z.object({ id: z.string() }));
const call =
  (make: (...args: never[]) => unknown, ...args: readonly unknown[]) =>
  async (): Promise<unknown> =>
    Reflect.apply(make, undefined, args);

const schema = '`schema` to be a Standard Schema, such as one of zod, got';
const cases: readonly (readonly [string, () => Promise<unknown>])[] = [
  ...[toTypes, toJsonSchema, fingerprint, wireSchemas, toForm, parseForm, toUiSchema].flatMap(
    (write): (readonly [string, () => Promise<unknown>])[] => [
      [`${schema} \`undefined\` (undefined)`, call(write, undefined)],
      [`${schema} \`null\` (object)`, call(write, null)],
      [`${schema} an object`, call(write, { type: 'string' })],
      [`${schema} a function`, call(write, () => true)],
    ],
  ),
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
  ['`options` to be an object, got `undefined` (undefined)', call(migrateAll, undefined)],
  ['`options` to be an object, got `null` (object)', call(migrateAll, null)],
  [
    '`subject` to be a subject, made with `subject(name, schema)`, got `undefined` (undefined)',
    call(migrateAll, { subjekt: order }),
  ],
  ['`source` to be an object with `read`, got `undefined` (undefined)', call(migrateAll, { subject: order })],
  [
    '`checkpoint` to be an object with `read`, got `/tmp/at` (string)',
    call(migrateAll, { subject: order, source: { read: () => [] }, checkpoint: '/tmp/at' }),
  ],
  ...[createLock, checkLock, toOpenApi].flatMap((take): (readonly [string, () => Promise<unknown>])[] => [
    ['`subjects` to be a list of subjects, got `undefined` (undefined)', call(take, undefined)],
    ['`subjects[0]` to be a subject, made with `subject(name, schema)`, got an object', call(take, [z.string()])],
  ]),
  ['`lock` to be a lock, as `createLock` and `readLock` give it, got `undefined`', call(checkLock, [order])],
  ['`lock` to be a lock, as `createLock` and `readLock` give it, got an object', call(writeLock, 'a.lock', {})],
  ['`file` to be a path, got `undefined` (undefined)', call(writeLock, undefined, createLock([order]))],
  ['`file` to be a path, got `null` (object)', call(readLock, null)],
  ['`options` to be an object, got `undefined` (undefined)', call(toCliHelp, z.string())],
  ['`options` to be an object, got `null` (object)', call(createSchemaServer, null)],
  ['`log` to be a log such as `fileLog(…)`, got an object', call(createSchemaServer, { log: { read() {} } })],
];
for (const [index, [says, make]] of cases.entries()) {
  test(`Expected ${says} (${index})`, async () => {
    await expect(make()).rejects.toThrow(`Expected ${says}`);
    await expect(make()).rejects.toThrow(SchemaErrors.INVALID_OPTION);
  });
}
