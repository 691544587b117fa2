import { createRegistry, SchemaErrors, subject, type AnySubject, type CompatibilityMode } from '../src/index.ts';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';

const codeOf = (code: string) => expect.objectContaining({ code: `seaworthy.schema-registry.${code}` });
const up = (value: unknown): never => value as never;

const fine = subject('shop.fine', z.object({ id: z.string() })).version(
  2,
  z.object({ id: z.string(), qty: z.int().default(1) }),
  { up },
);
const strict = () =>
  subject('shop.strict', z.object({ id: z.string() })).version(2, z.object({ id: z.string().min(2) }), { up });
const twice = () =>
  subject('shop.twice', z.object({ a: z.string() }))
    .version(2, z.object({ a: z.int() }), { up })
    .version(3, z.object({ a: z.boolean() }), { up });
const inCode = () =>
  subject('shop.code', z.object({ a: z.string() })).version(2, z.object({ a: z.string().refine(Boolean) }), { up });

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new TypeError('Expected a throw.');
}

describe('at registration', () => {
  const compatibility = 'BACKWARD_TRANSITIVE';

  test('versions that fit are registered', () => {
    expect(createRegistry([fine], { compatibility }).list()).toHaveLength(1);
  });

  test('every problem of every subject is told at once', () => {
    const error = thrownBy(() => createRegistry([strict(), fine, twice()], { compatibility }));
    if (!SchemaErrors.INCOMPATIBLE.is(error)) throw error;
    expect(error.params.problems.map(({ subject: name, version }) => `${name} ${version}`)).toEqual([
      'shop.strict 2',
      'shop.twice 2',
      'shop.twice 3',
    ]);
    expect(error.params.problems[0]?.differences[0]).toMatchObject({ path: 'id', breaking: true, witness: { id: '' } });
    expect(error.message).toContain('Version 2 of "shop.strict" breaks BACKWARD_TRANSITIVE: length-changed at id');
  });

  test('nothing is checked when nothing is asked for', () => {
    expect(createRegistry([strict(), twice()]).list()).toHaveLength(2);
    expect(createRegistry([strict()], { compatibility: 'NONE' }).list()).toHaveLength(1);
  });

  test('a later registration is checked too, and a refused one leaves the registry as it was', () => {
    const registry = createRegistry([], { compatibility });
    expect(() => registry.register(strict())).toThrow(codeOf('INCOMPATIBLE'));
    expect(registry.list()).toEqual([]);
  });

  test('the same subject again, as after a hot reload, changes nothing', () => {
    const make = (): AnySubject =>
      subject('a', z.object({ id: z.string() })).version(2, z.object({ id: z.string(), b: z.any().optional() }), {
        up,
      });
    const registry = createRegistry([make()], { compatibility });
    registry.register(make());
    expect(registry.list()).toHaveLength(1);
  });

  test('versions that are registered already are not checked again', () => {
    const old = strict();
    const registry = createRegistry([old], {
      compatibility,
      exemptions: [exempt('shop.strict', 'No data yet.')],
    });
    const longer = old.version(3, z.object({ id: z.string().min(2), note: z.string().optional() }), { up });
    registry.register(longer);
    expect(registry.list()[0]).toMatchObject({ latest: 3 });
  });
});

function exempt(name: string, reason: string) {
  return { subject: name, version: 2, reason };
}

describe('exemptions', () => {
  test('let one version through', () => {
    const exemptions = [exempt('shop.strict', 'Nothing was written by version 1.')];
    expect(createRegistry([strict()], { compatibility: 'FULL', exemptions }).list()).toHaveLength(1);
    expect(() => createRegistry([twice()], { compatibility: 'FULL', exemptions })).toThrow(codeOf('INCOMPATIBLE'));
  });

  for (const reason of ['', '  ']) {
    test(`without a reason (${JSON.stringify(reason)}) are refused`, () => {
      const exemptions = [exempt('shop.strict', reason)];
      expect(() => createRegistry([strict()], { exemptions })).toThrow(codeOf('INVALID_EXEMPTION'));
    });
  }
});

describe('a version of which it cannot be told', () => {
  test('is accepted, and refused when that is asked for', () => {
    expect(createRegistry([inCode()], { compatibility: 'BACKWARD' }).list()).toHaveLength(1);
    const error = thrownBy(() => createRegistry([inCode()], { compatibility: 'BACKWARD', undecided: 'refuse' }));
    expect(error).toMatchObject({ params: { problems: [{ subject: 'shop.code', verdict: 'unknown' }] } });
  });
});

test('a mode that does not exist is refused', () => {
  expect(() => createRegistry([fine], { compatibility: 'ALL' as CompatibilityMode })).toThrow(codeOf('INVALID_MODE'));
});
