import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { attempt } from '@seaworthy/errors';
import { channels, createRegistry, SchemaErrors, subject, toJsonSchema } from '../src/index.ts';
import type { Registry } from '../src/index.ts';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { order, user } from './subjects.ts';

const codeOf = (code: string) => expect.objectContaining({ code: `seaworthy.schema-registry.${code}` });
const loose = (registry: unknown) => registry as Registry;
const accept = (value: unknown) => ({ value });
const opaque = () => subject('opaque', { '~standard': { version: 1 as const, vendor: 'plain', validate: accept } });
const writer = (io: string) => (options: { target: string }) => ({ title: `${io} ${options.target}` });
const build = () => subject('a', z.object({ field: z.string() }).describe('first'));

describe('lookup', () => {
  const registry = createRegistry([user, order]);

  test('gives the subject, or the schema of one version', () => {
    expect(registry.get('shop.order')).toBe(order);
    expect(registry.get('shop.order', 1)).toBe(order.schemas[0]);
  });

  test('an unknown subject is refused with the names there are', () => {
    expect(() => loose(registry).get('shop.ordr')).toThrow(codeOf('UNKNOWN_SUBJECT'));
    expect(() => loose(registry).get('shop.ordr')).toThrow('shop.order, shop.user');
    expect(() => loose(createRegistry()).get('__proto__')).toThrow('Registered subjects: none');
  });

  test('an unknown version is refused', () => {
    expect(() => registry.get('shop.order', 7)).toThrow(codeOf('UNKNOWN_VERSION'));
  });

  test('lists every subject by name', () => {
    expect(registry.list()).toEqual([
      {
        name: 'shop.order',
        latest: 3,
        versions: [1, 2, 3],
        title: 'Shop order',
        description: 'What a customer buys.',
      },
      { name: 'shop.user', latest: 1, versions: [1] },
    ]);
  });

  const searches = [
    { text: 'order', finds: ['shop.order'] },
    { text: 'SHOP', finds: ['shop.order', 'shop.user'] },
    { text: 'customer buys', finds: ['shop.order'] },
    { text: 'sku', finds: ['shop.order'] },
    { text: 'email', finds: ['shop.user'] },
    { text: 'email sku', finds: [] },
    { text: ' ', finds: ['shop.order', 'shop.user'] },
  ];
  for (const { text, finds } of searches) {
    test(`a search for ${JSON.stringify(text)} finds ${finds.join(' and ') || 'nothing'}`, () => {
      expect(registry.search(text).map(({ name }) => name)).toEqual(finds);
    });
  }

  test('a schema without a JSON Schema is found by its name', () => {
    const opaques = createRegistry([opaque()]);
    expect(opaques.search('opaq')).toEqual([{ name: 'opaque', latest: 1, versions: [1] }]);
    expect(opaques.search('value')).toEqual([]);
  });
});

describe('decode', () => {
  const registry = createRegistry([order]);

  test('brings old data to the latest version', () => {
    expect(registry.decode({ schema: 'shop.order', version: 2, data: { id: 'o1', qty: 3 } })).toEqual({
      value: { id: 'o1', lines: [{ sku: 'unknown', qty: 3 }] },
      from: 2,
      migrated: true,
    });
  });

  test('validates data of the latest version', () => {
    const data = { id: 'o1', lines: [] };
    expect(registry.decode({ schema: 'shop.order', version: 3, data })).toEqual({
      value: data,
      from: 3,
      migrated: false,
    });
    expect(() => registry.decode({ schema: 'shop.order', version: 3, data: {} })).toThrow(codeOf('INVALID_DATA'));
  });

  test('(3) a future version is refused and its data kept', () => {
    const data = Object.freeze({ id: 'o1' });
    const refused = attempt(() => registry.decode({ schema: 'shop.order', version: 8, data }));
    const error = refused.ok ? undefined : refused.error;
    expect(SchemaErrors.FUTURE_VERSION.is(error) && error.params.data).toBe(data);
    expect(error).toMatchObject({ params: { subject: 'shop.order', version: 8, latest: 3 } });
    expect(JSON.stringify(error)).not.toContain('o1');
  });

  const envelopes: { envelope: unknown; code: string }[] = [
    { envelope: undefined, code: 'INVALID_ENVELOPE' },
    { envelope: null, code: 'INVALID_ENVELOPE' },
    { envelope: 'text', code: 'INVALID_ENVELOPE' },
    { envelope: { schema: 7, version: 1 }, code: 'INVALID_ENVELOPE' },
    { envelope: { schema: 'shop.order', version: '1' }, code: 'INVALID_ENVELOPE' },
    { envelope: { schema: 'shop.order', version: 1.5 }, code: 'INVALID_ENVELOPE' },
    { envelope: { schema: 'shop.order', version: 0 }, code: 'UNKNOWN_VERSION' },
    { envelope: { schema: 'constructor', version: 1 }, code: 'UNKNOWN_SUBJECT' },
  ];
  for (const { envelope, code } of envelopes) {
    test(`the envelope ${JSON.stringify(envelope)} is refused with ${code}`, () => {
      expect(() => loose(registry).decode(envelope as never)).toThrow(codeOf(code));
    });
  }
});

describe('register', () => {
  test('(2) the same subject twice changes nothing', () => {
    expect(createRegistry([order, order]).list()).toHaveLength(1);
  });

  test('(2) an equal definition from a module that was loaded again changes nothing', () => {
    const first = build();
    const registry = createRegistry([first, build()]);
    expect(registry.get('a')).toBe(first);
  });

  test('(2) another description is not another definition', () => {
    expect(
      createRegistry([build(), subject('a', z.object({ field: z.string() }).describe('second'))]).list(),
    ).toHaveLength(1);
  });

  const changes = [
    { name: 'another type', after: subject('a', z.object({ field: z.number() })) },
    { name: 'an optional field', after: subject('a', z.object({ field: z.string().optional() })) },
    { name: 'a default', after: subject('a', z.object({ field: z.string().default('x') })) },
    { name: 'a field named title', after: subject('a', z.object({ field: z.string(), title: z.string() })) },
  ];
  for (const { name, after } of changes) {
    test(`(1) ${name} under the same version is refused`, () => {
      expect(() => createRegistry<typeof after>([build(), after] as never)).toThrow(codeOf('DEFINITION_CHANGED'));
    });
  }

  test('(1) a schema without a JSON Schema equals only itself', () => {
    expect(() => createRegistry([opaque(), opaque()])).toThrow(codeOf('DEFINITION_CHANGED'));
  });

  test('adds later versions, keeps them when an older copy follows, and undoes', () => {
    const one = build();
    const two = one.version(2, z.object({}), { up: () => ({}) });
    const registry = createRegistry([one]);
    const undo = registry.register(two);
    registry.register(build())();
    expect(registry.list()[0]?.latest).toBe(2);
    undo();
    undo();
    expect(registry.list()[0]?.latest).toBe(1);
  });

  test('the undo of a new subject removes it', () => {
    const registry = createRegistry();
    const undo = registry.register(order);
    expect(registry.list()).toHaveLength(1);
    undo();
    expect(registry.list()).toHaveLength(0);
  });
});

describe('toJsonSchema', () => {
  const schema = z.object({ qty: z.int().default(1), at: z.date() });

  test('tells the accepted form apart from the validated form', () => {
    expect(toJsonSchema(schema)['required']).toEqual(['at']);
    expect(toJsonSchema(schema, { io: 'output' })['required']).toEqual(['qty', 'at']);
  });

  test('writes the draft that is asked for', () => {
    expect(toJsonSchema(schema)['$schema']).toContain('2020-12');
    expect(toJsonSchema(schema, { target: 'draft-07' })['$schema']).toContain('draft-07');
  });

  test('asks a library with Standard JSON Schema', () => {
    const jsonSchema = { input: writer('input'), output: writer('output') };
    const foreign = { '~standard': { version: 1 as const, vendor: 'test', validate: accept, jsonSchema } };
    expect(toJsonSchema(foreign, { io: 'output', target: 'draft-07' })).toEqual({ title: 'output draft-07' });
  });

  test('refuses a schema of a library without one', () => {
    expect(() => toJsonSchema(opaque().schemas[0])).toThrow('"plain"');
  });

  test('refuses a schema too deep for the call stack', () => {
    let deep: z.ZodType = z.string();
    for (let level = 0; level < 10_000; level += 1) deep = z.array(deep);
    expect(() => toJsonSchema(deep)).toThrow(codeOf('NO_JSON_SCHEMA'));
  });

  test('writes a recursive schema', () => {
    const tree = z.object({
      name: z.string(),
      get children() {
        return z.array(tree);
      },
    });
    expect(JSON.stringify(toJsonSchema(tree))).toContain('"$ref"');
    expect(createRegistry([subject('tree', tree)]).search('children')).toHaveLength(1);
  });
});

describe('channels', () => {
  test('a migration is told with its outcome', () => {
    const told: unknown[] = [];
    const listen = (event: unknown) => told.push(event);
    const name = channels[0] as string;
    subscribe(name, listen);
    try {
      order.migrate({ id: 'o1' }, { from: 1 });
      expect(() => order.migrate({}, { from: 1 })).toThrow(codeOf('INVALID_DATA'));
      order.parse({ id: 'o1', lines: [] });
    } finally {
      unsubscribe(name, listen);
    }
    const route = { subject: 'shop.order', from: 1, to: 3, durationMs: expect.any(Number) };
    expect(told).toEqual([
      { ...route, outcome: 'ok' },
      { ...route, outcome: 'error' },
    ]);
  });
});
