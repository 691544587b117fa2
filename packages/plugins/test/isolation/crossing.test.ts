import { serialize } from 'node:v8';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeText, encodeText } from '../../src/isolation/codec.ts';
import { createFrameReader, frameOf } from '../../src/isolation/frames.ts';
import { allowedModules } from '../../src/isolation/guard-policy.ts';
import { isHostAllowed } from '../../src/isolation/mediated-fetch.ts';
import { permissionFlags } from '../../src/isolation/permission-flags.ts';
import { fromWireError, toWireError } from '../../src/isolation/wire-error.ts';

const cloneable = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withTypedArray: true,
  withSparseArray: false,
  withNullPrototype: false,
});

describe('a value as text', () => {
  test('is what structured cloning makes of it', () => {
    fc.assert(
      fc.property(cloneable, (value) => {
        expect(decodeText(encodeText(value))).toStrictEqual(structuredClone(value));
      }),
    );
  });

  test('keeps cycles and shared parts', () => {
    const shared = { n: 1 };
    const value: Record<string, unknown> = { a: shared, b: shared, map: new Map([[shared, 1]]) };
    value['self'] = value;
    const copy = decodeText(encodeText(value)) as typeof value;
    expect(copy['self']).toBe(copy);
    expect(copy['a']).toBe(copy['b']);
    expect([...(copy['map'] as Map<unknown, unknown>).keys()][0]).toBe(copy['a']);
  });

  test('has any depth', () => {
    let deep: unknown = null;
    for (let level = 0; level < 50_000; level += 1) deep = [deep];
    expect(encodeText(decodeText(encodeText(deep)))).toBe(encodeText(deep));
  });

  test('cannot reach a prototype', () => {
    const copy = decodeText(`[["r",0],[["O","__proto__",["r",1]],["O","polluted",true]]]`) as object;
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
    expect('polluted' in {}).toBe(false);
  });

  test('that was forged is a value or an error, nothing else', () => {
    const forged = fc.oneof(
      fc.string(),
      fc.json(),
      fc.tuple(fc.jsonValue(), fc.array(fc.jsonValue())).map((x) => JSON.stringify(x)),
    );
    fc.assert(
      fc.property(forged, (text) => {
        expect(outcomeOf(() => decodeText(text))).not.toBe('neither');
      }),
    );
  });
});

/** Whether it answered, threw an error, or threw something else. */
function outcomeOf(run: () => unknown): 'value' | 'error' | 'neither' {
  try {
    run();
    return 'value';
  } catch (error) {
    return error instanceof Error ? 'error' : 'neither';
  }
}

describe('frames', () => {
  const read = (
    bytes: Buffer,
    cuts: readonly number[],
    mostBytes = 1_000,
  ): { values: unknown[]; refused: string[] } => {
    const values: unknown[] = [];
    const refused: string[] = [];
    const reader = createFrameReader({
      mostBytes,
      onValue: (value) => values.push(value),
      onRefused: (why) => refused.push(why),
    });
    const places = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b);
    let from = 0;
    for (const to of places) {
      reader.push(bytes.subarray(from, to));
      from = to;
    }
    return { values, refused };
  };

  test('arrive whole and in order, however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 50 })), fc.array(fc.nat()), (texts, cuts) => {
        const bytes = Buffer.concat(texts.map((text) => frameOf(text, 1_000)));
        expect(read(bytes, cuts)).toEqual({ values: texts, refused: [] });
      }),
    );
  });

  test('that are too large are counted and skipped, however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_001, max: 5_000 }), fc.array(fc.nat()), (size, cuts) => {
        const large = Buffer.alloc(4 + size);
        large.writeUInt32LE(size);
        const bytes = Buffer.concat([frameOf(1, 1_000), large, frameOf(2, 1_000)]);
        const { values, refused } = read(bytes, cuts);
        expect(values).toEqual([1, 2]);
        expect(refused).toHaveLength(1);
      }),
    );
  });

  test('with changed bytes are a value or refused, and the host survives', () => {
    const body = serialize([
      'call',
      1,
      'use',
      [{ map: new Map([[1, new Set(['x'])]]), date: new Date(), bytes: new Uint8Array(9) }],
    ]);
    const change = fc.tuple(fc.nat(body.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 5 }), (changes) => {
        const bytes = Buffer.concat([Buffer.alloc(4), body]);
        bytes.writeUInt32LE(body.length);
        for (const [at, byte] of changes) bytes[4 + at] = byte;
        const { values, refused } = read(bytes, []);
        expect(values.length + refused.length).toBe(1);
      }),
      { numRuns: 2_000 },
    );
  });

  test('larger than allowed are not sent', () => {
    expect(() => frameOf('x'.repeat(2_000), 1_000)).toThrow(/at most 1000 may cross/);
  });
});

describe('an error on its way', () => {
  test('is read whatever was thrown', () => {
    const hostile = Object.defineProperty({}, 'message', {
      get() {
        throw new Error('no');
      },
    });
    const unprintable = { toString: () => ({}) };
    for (const thrown of [hostile, unprintable, undefined, null, 1, Symbol('s'), Object.create(null)]) {
      expect(fromWireError(toWireError(thrown))).toBeInstanceOf(Error);
    }
    fc.assert(fc.property(fc.anything(), (value) => fromWireError(value) instanceof Error));
  });

  test('has an end, however long it is and however many causes it has', () => {
    const error = new Error('x'.repeat(100_000));
    error.cause = error;
    expect(JSON.stringify(toWireError(error)).length).toBeLessThan(200_000);
  });
});

describe('the flags of a process', () => {
  const grants = { read: ['/a'], write: ['/b'], net: true };

  test('are those that this Node has', () => {
    expect(permissionFlags(grants)).toEqual(
      expect.arrayContaining([
        '--permission',
        '--allow-fs-read=/a',
        '--allow-fs-write=/b',
        '--no-addons',
        '--no-experimental-sqlite',
      ]),
    );
  });

  test('have the older name of the permission model where that is known', () => {
    expect(permissionFlags(grants, new Set(['--experimental-permission']))).toEqual([
      '--experimental-permission',
      '--allow-fs-read=/a',
      '--allow-fs-write=/b',
      '--disable-warning=ExperimentalWarning',
    ]);
  });

  test('open the network only where it is closed, and only when it is granted', () => {
    const known = new Set(['--permission', '--allow-net']);
    expect(permissionFlags(grants, known)).toContain('--allow-net');
    expect(permissionFlags({ ...grants, net: false }, known)).not.toContain('--allow-net');
  });

  test('are an error without a permission model', () => {
    expect(() => permissionFlags(grants, new Set())).toThrow(/has no permission model/);
  });
});

test('modules around the guard cannot be granted', () => {
  const imports = [
    'node:sqlite',
    'child_process',
    'node:worker_threads',
    'node:module',
    'vm',
    'v8',
    'node:inspector',
    'process',
  ];
  const allowed = allowedModules({ imports, hasFiles: true, hasNetwork: true });
  expect(allowed.filter((name) => imports.includes(name))).toEqual([]);
  expect(allowedModules({ imports: ['node:fs', 'net', 'os'], hasFiles: false, hasNetwork: false })).toContain(
    'node:os',
  );
  expect(allowedModules({ imports: ['node:fs', 'net'], hasFiles: false, hasNetwork: false })).not.toContain('node:fs');
});

const hosts = [
  { url: 'https://api.example.com/x', hosts: ['api.example.com'], isAllowed: true },
  { url: 'http://api.example.com/x', hosts: ['api.example.com'], isAllowed: true },
  { url: 'https://api.example.com:8443/', hosts: ['api.example.com'], isAllowed: false },
  { url: 'https://api.example.com:8443/', hosts: ['api.example.com:8443'], isAllowed: true },
  { url: 'https://a.b.example.com/', hosts: ['*.example.com'], isAllowed: true },
  { url: 'https://example.com/', hosts: ['*.example.com'], isAllowed: false },
  { url: 'https://evilexample.com/', hosts: ['*.example.com'], isAllowed: false },
  { url: 'https://api.example.com@evil.com/', hosts: ['api.example.com'], isAllowed: false },
  { url: 'https://api.example.com.evil.com/', hosts: ['api.example.com'], isAllowed: false },
];
for (const { url, hosts: allowed, isAllowed } of hosts) {
  test(`${url} is ${isAllowed ? 'allowed' : 'refused'} by ${allowed.join()}`, () => {
    expect(isHostAllowed(new URL(url), allowed)).toBe(isAllowed);
  });
}
