import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { assert, property } from 'fast-check';
import { toTypes } from '../src/index.ts';
import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { anySample } from './arbitrary-schemas.ts';
import { kinds } from './emitted.ts';

const root = join(import.meta.dirname, '../../..');
const recursive = new Set(['Tree', 'Chain', 'Deep', 'Catchall']);

/** What `tsc` says about a file beside the tests; nothing when it is content. */
async function compile(text: string): Promise<string> {
  const folder = await mkdtemp(join(import.meta.dirname, 'fixtures', 'types-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'types.ts'), text);
  const flags =
    '--noEmit --strict --exactOptionalPropertyTypes --skipLibCheck --target es2023 --module nodenext --allowImportingTsExtensions --ignoreConfig';
  const args = [
    join(root, 'node_modules/.bin/tsc'),
    ...flags.split(' '),
    '--lib',
    'es2023,dom',
    join(folder, 'types.ts'),
  ];
  const run = promisify(execFile)(process.execPath, args);
  return run.then(
    () => '',
    (error: { stdout?: string }) => error.stdout ?? 'no output',
  );
}

const checks = `
import type { z } from 'zod';
import type { kinds } from '../../emitted.ts';
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Fits<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
export const isTrue = (...claims: true[]): true[] => claims;
`;

function claims(io: 'input' | 'output'): string {
  const infer = io === 'output' ? 'z.infer' : 'z.input';
  return Object.entries(kinds)
    .map(([name, schema]) => {
      const same = recursive.has(name) ? 'Fits' : 'Equal';
      const type = toTypes(schema, { name: `${name}_${io}`, io });
      return `${type}\nisTrue(true satisfies ${same}<${name}_${io}, ${infer}<(typeof kinds)['${name}']>>);`;
    })
    .join('\n');
}

describe('toTypes', () => {
  test('writes what z.infer and z.input say, for every kind of schema', async () => {
    expect(await compile(checks + claims('output') + claims('input'))).toBe('');
  });

  test('the comparison notices a difference', async () => {
    const wrong = `${checks}\nisTrue(true satisfies Equal<{ a?: string }, z.infer<z.ZodObject<{ a: z.ZodString }>>>);`;
    expect(await compile(wrong)).toContain('TS1360');
  });

  test('writes TypeScript for any schema', async () => {
    const texts: string[] = [];
    assert(
      property(anySample, ({ schema }) => {
        texts.push(toTypes(schema, { name: `T${texts.length}` }));
      }),
      { numRuns: 300 },
    );
    expect(await compile(texts.join('\n'))).toBe('');
  });

  test('names what contains itself', () => {
    expect(toTypes(kinds.Tree, { name: 'Tree' })).toBe('export type Tree = { name: string; children: Tree[] };\n');
  });

  test('asks a library that is not zod for its JSON Schema', () => {
    const link = { type: 'object', properties: { next: { $ref: '#/$defs/Node' } } };
    const body = {
      type: 'object',
      properties: { a: { $ref: '#/$defs/Node' }, b: { enum: ['x', 1] } },
      required: ['a'],
      $defs: { Node: link },
    };
    const jsonSchema = { input: () => body, output: () => body };
    const validate = (value: unknown) => ({ value });
    const schema = { '~standard': { version: 1 as const, vendor: 'test', validate, jsonSchema } };
    expect(toTypes(schema, { name: 'Foreign' })).toBe(
      'export type Foreign = { a: ForeignPart1; b?: "x" | 1 };\n\nexport type ForeignPart1 = { next?: ForeignPart1 };\n',
    );
  });

  test('says unknown of what only a function knows', () => {
    const schema = z.object({ a: z.string().transform((text) => text.length), b: z.custom<Map<string, string>>() });
    expect(toTypes(schema)).toContain('{ a: unknown; b: unknown }');
  });

  for (const name of ['', 'a b', '1', 'x = 1; type y']) {
    test(`refuses the name ${JSON.stringify(name)}`, () => {
      expect(() => toTypes(z.string(), { name })).toThrow('a name of TypeScript');
    });
  }
});
