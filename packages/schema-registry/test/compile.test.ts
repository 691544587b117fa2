import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { assert, property } from 'fast-check';
import { subject, SchemaErrors } from '../src/index.ts';
import type { Schema } from '../src/index.ts';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { anySample, spoiled } from './arbitrary-schemas.ts';

const codeOf = (code: string) => expect.objectContaining({ code: `seaworthy.schema-registry.${code}` });
const enough = 40;

/** A subject that has been read so often that its schema is compiled, if it may be. */
function used(schema: Schema, data: unknown) {
  const kind = subject('a', schema);
  for (let read = 0; read < enough; read += 1) kind.parse(data);
  return kind;
}

/** How many functions are generated from text meanwhile. */
function generated(run: () => void): number {
  let count = 0;
  const construct = (target: FunctionConstructor, args: string[]) => {
    count += 1;
    return Reflect.construct(target, args) as object;
  };
  vi.stubGlobal('Function', new Proxy(Function, { construct }));
  run();
  return count;
}

function outcome(run: () => unknown): unknown {
  try {
    return { value: run() };
  } catch (error) {
    return SchemaErrors.INVALID_DATA.is(error) ? { issues: error.params.issues } : { error };
  }
}

afterEach(() => {
  vi.unstubAllGlobals();
  z.config({ jitless: false });
});

describe('a schema that is read often', () => {
  const schema = () => z.object({ id: z.string(), qty: z.int().default(1) });

  test('is compiled by zod, not before', () => {
    // Objects generate code of their own on the first parse.
    const kind = subject('a', schema());
    kind.parse({ id: 'x' });
    expect(generated(() => kind.parse({ id: 'x' }))).toBe(0);
    expect(generated(() => Array.from({ length: enough }, () => kind.parse({ id: 'x' })))).toBeGreaterThan(0);
    expect(generated(() => kind.parse({ id: 'x' }))).toBe(0);
  });

  test('(2) is not compiled while zod is told to generate no code', () => {
    z.config({ jitless: true });
    const plain = schema();
    expect(generated(() => used(plain, { id: 'x' }))).toBe(0);
    expect(used(plain, { id: 'x' }).parse({ id: 'y' })).toEqual({ id: 'y', qty: 1 });
  });

  test('(2) works where the process forbids generated code', async () => {
    const program = new URL('./fixtures/no-generated-code.ts', import.meta.url).pathname;
    const args = ['--disallow-code-generation-from-strings', '--conditions=@seaworthy/source', program];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    expect(stdout.trim()).toBe('{"id":"x","qty":1} INVALID_DATA');
  });

  test('(1) gives what zod gives, for any schema and data', () => {
    assert(
      property(
        anySample.chain((sample) => spoiled(sample).map((bad) => ({ ...sample, bad }))),
        ({ schema, data, bad }) => {
          const fresh = subject('a', schema);
          const compiled = used(schema, data);
          expect(compiled.parse(data)).toEqual(schema.parse(data));
          expect(outcome(() => compiled.parse(bad))).toEqual(outcome(() => fresh.parse(bad)));
        },
      ),
      { numRuns: 150 },
    );
  });

  test('lets no field named __proto__ through, as zod does not', () => {
    const strange = z.object({ ['__proto__']: z.object({ admin: z.boolean() }) });
    const data: unknown = JSON.parse('{"__proto__": {"admin": true}}');
    const value = used(strange, data).parse(data) as object;
    expect(Object.keys(value)).toEqual([]);
    expect('admin' in value).toBe(false);
  });

  test('may be recursive, which zod does not compile', () => {
    const tree = z.object({
      name: z.string(),
      get children() {
        return z.array(tree);
      },
    });
    const data = { name: 'root', children: [{ name: 'leaf', children: [] }] };
    expect(used(tree, data).parse(data)).toEqual(data);
  });
});

describe('code of the schema', () => {
  test('that answers with a promise is refused', () => {
    const late = subject(
      'a',
      z.string().refine(async (text) => text !== ''),
    );
    expect(() => late.parse('x')).toThrow(codeOf('ASYNC_SCHEMA'));
  });

  test('that throws is heard', () => {
    const broken = subject(
      'a',
      z.string().refine(() => JSON.parse('{')),
    );
    expect(() => broken.parse('x')).toThrow(SyntaxError);
  });
});

test('a schema that says it is of another zod is read through Standard Schema', () => {
  const other = z.object({ id: z.string() });
  Object.assign(other['_zod'], { version: { major: 4, minor: 0, patch: 0 } });
  expect(generated(() => used(other, { id: 'x' }))).toBeLessThan(2);
  expect(used(other, { id: 'x' }).parse({ id: 'y' })).toEqual({ id: 'y' });
});
