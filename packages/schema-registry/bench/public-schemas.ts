import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const asyncApi = require.resolve('@asyncapi/specs/package.json');
const geoJson = require.resolve('geojson-schema/package.json');

type Schema = Record<string, unknown>;

/** Two versions of a public schema. */
export interface Step {
  readonly name: string;
  readonly from: Schema;
  readonly to: Schema;
}

const geometries = ['Feature', 'FeatureCollection', 'GeoJSON', 'Geometry', 'LineString', 'MultiPolygon', 'Polygon'];
const asyncApis = ['2.0.0', '2.1.0', '2.2.0', '2.3.0', '2.4.0', '2.5.0', '2.6.0', '3.0.0', '3.1.0'];

/** Published versions of one format, one after the other. */
export function publishedSteps(): readonly Step[] {
  const versions = asyncApis.map((version) => read(asyncApi, `schemas/${version}-without-$id.json`));
  return versions.slice(1).map((to, index) => {
    return { name: `AsyncAPI ${asyncApis[index]} to ${asyncApis[index + 1]}`, from: versions[index] ?? {}, to };
  });
}

/** Public schemas, each with small edits as a day of work makes them. */
export function editedSteps(): readonly Step[] {
  return publicSchemas().flatMap(([name, schema]) =>
    edits.map(([edit, change]) => ({ name: `${name}: ${edit}`, from: schema, to: edited(schema, change) })),
  );
}

function publicSchemas(): readonly (readonly [string, Schema])[] {
  const openApi = require('openapi-schemas') as Readonly<Record<string, Schema>>;
  return [
    ...webhooks(),
    ...geometries.map((name) => [`GeoJSON ${name}`, read(geoJson, `${name}.json`)] as const),
    ['JSON Resume', require('@jsonresume/schema/schema.json') as Schema],
    ['OpenAPI 3.1', openApi['openapiV31'] ?? {}],
    ['the meta-schema of draft-07', require('ajv/dist/refs/json-schema-draft-07.json') as Schema],
  ];
}

/** The events of GitHub: one schema each. */
function webhooks(): readonly (readonly [string, Schema])[] {
  const { definitions } = require('@octokit/webhooks-schemas/schema.json') as { definitions: Record<string, Schema> };
  const names = Object.keys(definitions).filter((name) => name.includes('$'));
  return names
    .filter((_, index) => index % 4 === 0)
    .map((name) => [`webhook ${name}`, alone(name, definitions)] as const);
}

/** One definition with those that it needs. */
function alone(name: string, all: Readonly<Record<string, Schema>>): Schema {
  const needed = new Set([name]);
  for (const one of needed) for (const other of referencesIn(all[one])) needed.add(other);
  const definitions = Object.fromEntries(Array.from(needed, (one) => [one, all[one]]));
  return { $ref: `#/definitions/${encodeURIComponent(name)}`, definitions };
}

function referencesIn(node: unknown): readonly string[] {
  const found = JSON.stringify(node).matchAll(/"\$ref":"#\/definitions\/([^"/]+)"/g);
  return Array.from(found, ([, name = '']) => decodeURIComponent(name));
}

function read(manifest: string, name: string): Schema {
  return require(join(dirname(manifest), name)) as Schema;
}

type Change = (object: Schema, properties: Schema) => void;

const edits: readonly (readonly [string, Change])[] = [
  ['a property is added', (_, properties) => (properties['added_by_edit'] = { type: 'string' })],
  [
    'a property is required',
    (object) => (object['required'] = [...((object['required'] ?? []) as []), 'added_by_edit']),
  ],
  ['a property is removed', (_, properties) => delete properties[Object.keys(properties).at(-1) ?? '']],
];

/** A copy in which the object schema in the middle of the document is changed. */
function edited(schema: Schema, change: Change): Schema {
  const copy = structuredClone(schema);
  const target = targetOf(copy);
  change(target, target['properties'] as Schema);
  return copy;
}

function targetOf(schema: Schema): Schema {
  const { $ref, definitions } = schema as { $ref?: string; definitions?: Record<string, Schema> };
  const name = decodeURIComponent($ref?.split('/').at(-1) ?? '');
  const start = definitions?.[name] ?? schema;
  const objects = objectsIn(start);
  return objects[Math.floor(objects.length / 2)] ?? { properties: {} };
}

function objectsIn(node: unknown): readonly Schema[] {
  if (typeof node !== 'object' || node === null) return [];
  const { properties, type } = node as Schema;
  const own = typeof properties === 'object' && properties !== null && type === 'object' ? [node as Schema] : [];
  return [...own, ...Object.values(node).flatMap(objectsIn)];
}
