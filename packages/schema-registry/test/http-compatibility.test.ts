import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { checkCompatibility } from '../src/index.ts';
import { createSchemaServer, memoryLog, type CompatibilityCheck, type SchemaServerOptions } from '../src/http.ts';
import { describe, expect, onTestFinished, test } from 'vitest';

type Level = Parameters<CompatibilityCheck>[2];
type Body = { readonly id?: number; readonly error_code?: number; readonly message?: string };

/** Closed objects whose note may be so long. */
const upTo = (maxLength: number, more: object = {}): object => ({
  type: 'object',
  properties: { note: { type: 'string', maxLength } },
  additionalProperties: false,
  ...more,
});

/** A server on a free port; gives a function that registers schemas, and one that sets the level. */
async function serve(options: Partial<SchemaServerOptions> = {}) {
  const server = createServer(createSchemaServer({ log: memoryLog(), ...options }).handleNode);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const send = async (method: string, path: string, body: object): Promise<Body> => {
    const headers = { 'content-type': 'application/vnd.schemaregistry.v1+json' };
    const answer = await fetch(`${url}${path}`, { method, headers, body: JSON.stringify(body) });
    return (await answer.json()) as Body;
  };
  return {
    register: (schema: unknown) =>
      send('POST', '/subjects/a/versions', { schemaType: 'JSON', schema: JSON.stringify(schema) }),
    setLevel: (compatibility: Level) => send('PUT', '/config/a', { compatibility }),
  };
}

/** A server with versions that were taken without a look. */
async function withHistory(history: readonly object[], level: Level) {
  const { register, setLevel } = await serve();
  await setLevel('NONE');
  for (const schema of history) await register(schema);
  await setLevel(level);
  return register;
}

describe('a version', () => {
  const narrowed = [upTo(9), upTo(5)];
  const widened = [upTo(5), upTo(9)];
  const noted = upTo(5, { title: 'Same' });
  interface Case {
    readonly level: Level;
    readonly history: readonly object[];
    readonly next: object;
  }
  const name = ({ level, history, next }: Case) =>
    `with ${level}: note up to ${[...history, next].map((one) => /maxLength":(\d+)/.exec(JSON.stringify(one))?.[1]).join(', ')}`;

  const refused: readonly Case[] = [
    { level: 'BACKWARD', history: narrowed, next: upTo(3) },
    { level: 'BACKWARD_TRANSITIVE', history: narrowed, next: upTo(7) },
    { level: 'FORWARD', history: widened, next: upTo(11) },
    { level: 'FORWARD_TRANSITIVE', history: widened, next: upTo(7) },
    { level: 'FULL', history: narrowed, next: upTo(7) },
    { level: 'FULL_TRANSITIVE', history: narrowed, next: noted },
  ];
  for (const one of refused) {
    test(`that breaks the level is refused, ${name(one)}`, async () => {
      const register = await withHistory(one.history, one.level);
      const { error_code, message } = await register(one.next);
      expect(error_code).toBe(409);
      expect(message).toContain('at note');
    });
  }

  const taken: readonly Case[] = [
    { level: 'BACKWARD', history: narrowed, next: upTo(7) },
    { level: 'BACKWARD_TRANSITIVE', history: narrowed, next: upTo(11) },
    { level: 'FORWARD', history: widened, next: upTo(7) },
    { level: 'FORWARD_TRANSITIVE', history: widened, next: upTo(4) },
    { level: 'FULL', history: narrowed, next: noted },
    { level: 'FULL_TRANSITIVE', history: [upTo(5), noted], next: upTo(5, { title: 'Other' }) },
    { level: 'NONE', history: narrowed, next: { type: 'number' } },
  ];
  for (const one of taken) {
    test(`that keeps the level is taken, ${name(one)}`, async () => {
      const register = await withHistory(one.history, one.level);
      expect(await register(one.next)).toEqual({ id: 3 });
    });
  }
});

describe('the check of this package', () => {
  const order = {
    type: 'object',
    properties: { id: { type: 'string' } },
    required: ['id'],
    additionalProperties: false,
  };
  const withQty = (qty: object) => ({ ...order, properties: { ...order.properties, qty }, required: ['id', 'qty'] });

  test('takes a new required property that has a default, and refuses one without', async () => {
    const { register } = await serve();
    await register(order);
    expect((await register(withQty({ type: 'integer' }))).message).toContain('required-added at qty');
    expect(await register(withQty({ type: 'integer', default: 1 }))).toEqual({ id: 2 });
  });

  test('refuses what it cannot decide, and says why', async () => {
    const { register } = await serve();
    const $schema = 'https://json-schema.org/draft/2020-12/schema';
    await register({ $schema, type: 'object', properties: { a: {} }, unevaluatedProperties: false });
    const next = { $schema, type: 'object', properties: { a: {}, b: {} }, unevaluatedProperties: false };
    expect((await register(next)).message).toContain('could not be decided');
  });

  test('reads a schema that names no draft as draft-07', async () => {
    const { register } = await serve();
    await register({ items: [{ type: 'string' }] });
    expect(await register({ items: [{ type: ['string', 'null'] }] })).toEqual({ id: 2 });
  });

  test('fits as it is', async () => {
    const { register } = await serve({ checkCompatibility });
    await register(order);
    expect((await register(withQty({ type: 'integer', default: 1 }))).error_code).toBe(409);
    expect(await register({ ...order, additionalProperties: true })).toEqual({ id: 2 });
  });
});

test('a check of the application is asked instead, with the versions before, the new one and the level', async () => {
  const asked: unknown[] = [];
  const checkCompatibility: CompatibilityCheck = (...args) => {
    asked.push(args);
    return { compatible: false, differences: [{ path: 'id', type: 'renamed' }] };
  };
  const { register } = await serve({ checkCompatibility });
  expect(await register(upTo(5))).toEqual({ id: 1 });
  expect((await register(upTo(9))).message).toContain('details: [renamed at id]');
  expect(asked).toEqual([[[upTo(5)], upTo(9), 'BACKWARD']]);
});
