import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Draft } from '../../src/index.ts';
import { readJson } from './data.ts';

/** One schema of the public suite with its instances. */
export interface Group {
  readonly name: string;
  readonly schema: unknown;
  readonly formats: boolean;
  readonly cases: readonly { readonly name: string; readonly data: unknown; readonly valid: boolean }[];
}

export const drafts: readonly { readonly folder: string; readonly draft: Draft }[] = [
  { folder: 'draft7', draft: 'draft-07' },
  { folder: 'draft2020-12', draft: 'draft-2020-12' },
];

/** Every group of a draft, the optional ones too; formats are rules in the files that are about formats. */
export function groupsOf(directory: string, folder: string): readonly Group[] {
  const names = readdirSync(join(directory, folder), { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .flatMap((name) => readJson(join(directory, folder, name)).map((group: unknown) => groupOf(name, group)));
}

function groupOf(file: string, group: unknown): Group {
  const { description, schema, tests } = group as {
    readonly description: string;
    readonly schema: unknown;
    readonly tests: readonly { readonly description: string; readonly data: unknown; readonly valid: boolean }[];
  };
  const cases = tests.map(({ description: name, data, valid }) => ({ name, data, valid }));
  const formats = file.startsWith(join('optional', 'format'));
  return { name: `${file.replace('.json', '')}: ${description}`, schema, formats, cases };
}

const host = 'http://localhost:1234/';

/** The documents that the suite refers to: its own and the meta-schemas, which a package on npm carries. */
export function documentsOf(directory: string): Record<string, unknown> {
  const remotes = join(directory, 'remotes');
  const names = readdirSync(remotes, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));
  const own = names.map((name) => [host + name.replaceAll('\\', '/'), readJson(join(remotes, name))] as const);
  return { ...Object.fromEntries(own), ...metaSchemas() };
}

const require = createRequire(import.meta.url);

function metaSchemas(): Record<string, unknown> {
  const folder = (name: string): unknown => require(`ajv/dist/refs/${name}.json`);
  const modern = ['2019-09', '2020-12'].flatMap((version) => {
    const parts = version === '2019-09' ? ['unevaluated', 'format'] : ['unevaluated', 'format-annotation'];
    const meta = ['core', 'applicator', 'validation', 'meta-data', 'content', ...parts].filter(
      (name) => version !== '2019-09' || name !== 'unevaluated',
    );
    const base = `https://json-schema.org/draft/${version}`;
    return [
      [`${base}/schema`, folder(`json-schema-${version}/schema`)] as const,
      ...meta.map((name) => [`${base}/meta/${name}`, folder(`json-schema-${version}/meta/${name}`)] as const),
    ];
  });
  return {
    'http://json-schema.org/draft-07/schema': require('ajv/dist/refs/json-schema-draft-07.json') as unknown,
    ...Object.fromEntries(modern),
  };
}
