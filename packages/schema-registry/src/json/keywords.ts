// What each keyword of a draft says, as a part of a node.
import { SchemaErrors } from '../errors.ts';
import { equalityKey } from '../canonical.ts';
import type { Building } from './build.ts';
import { isObject, type JsonObject } from './document.ts';
import type { Draft } from './draft.ts';
import type { Node, Pattern, TypeName } from './node.ts';

type Read = (value: unknown, building: Building, schema: JsonObject) => Partial<Node>;

/** Rules in code travel in JSON Schema under this keyword. */
export const opaqueKeyword = 'x-seaworthy-opaque';

const typeNames: ReadonlySet<unknown> = new Set(['null', 'boolean', 'integer', 'number', 'string', 'array', 'object']);

/** The error of a keyword that has what it must not have. */
export function invalid(path: string, expected: string, received: unknown): Error {
  const text = JSON.stringify(received)?.slice(0, 60) ?? String(received);
  return new SchemaErrors.INVALID_JSON_SCHEMA({ path, expected, received: text });
}

function number(key: keyof Node, isFine: (value: number) => boolean, expected: string): Read {
  return (value, { path }) => {
    if (typeof value === 'number' && Number.isFinite(value) && isFine(value)) return { [key]: value };
    throw invalid(`${path}/${key}`, expected, value);
  };
}

const any = (): boolean => true;
const bound = (key: keyof Node): Read => number(key, any, 'a number');
const isCount = (value: number): boolean => Number.isInteger(value) && value >= 0;
const count = (key: keyof Node): Read => number(key, isCount, 'a whole number of 0 or more');

function part(key: keyof Node, name: string = key): Read {
  return (value, { child }) => ({ [key]: child(value, name) });
}

function parts(key: keyof Node): Read {
  return (value, { child, path }) => {
    if (!Array.isArray(value)) throw invalid(`${path}/${key}`, 'a list of schemas', value);
    return { [key]: value.map((item, index) => child(item, `${key}/${index}`)) };
  };
}

function namedParts(key: keyof Node): Read {
  return (value, building) => {
    const entries = record(value, key, building);
    return { [key]: new Map(entries.map(([name, raw]) => [name, building.child(raw, `${key}/${escaped(name)}`)])) };
  };
}

function record(value: unknown, key: string, { path }: Building): [string, unknown][] {
  if (isObject(value)) return Object.entries(value);
  throw invalid(`${path}/${key}`, 'an object', value);
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

function types(value: unknown, { path }: Building): Partial<Node> {
  const names: unknown[] = Array.isArray(value) ? value : [value];
  const stranger = names.find((name) => !typeNames.has(name));
  if (stranger !== undefined) throw invalid(`${path}/type`, 'a type of JSON Schema', stranger);
  return { types: new Set(names as TypeName[]) };
}

function texts(value: unknown, path: string): readonly string[] {
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw invalid(path, 'a list of texts', value);
}

/** With Unicode where the expression allows it: a length and a class then count characters and not halves of them. */
function compilePattern(source: unknown, path: string): Pattern {
  if (typeof source !== 'string') throw invalid(path, 'a regular expression', source);
  for (const flags of ['u', '']) {
    try {
      return { source, regex: new RegExp(source, flags) };
    } catch {
      // The next flags are less strict.
    }
  }
  throw invalid(path, 'a regular expression', source);
}

function patternProperties(value: unknown, building: Building): Partial<Node> {
  const entries = record(value, 'patternProperties', building).map(([source, raw]) => {
    const name = `patternProperties/${escaped(source)}`;
    return [compilePattern(source, `${building.path}/${name}`), building.child(raw, name)] as const;
  });
  return { patternProperties: entries };
}

/** Both `const` and `enum` may stand in one schema. */
function literals(values: readonly unknown[], other: unknown): Partial<Node> {
  if (!Array.isArray(other)) return { enum: values };
  const keys = new Set(other.map(equalityKey));
  return { enum: values.filter((value) => keys.has(equalityKey(value))) };
}

function dependencies(value: unknown, building: Building): Partial<Node> {
  const entries = record(value, 'dependencies', building);
  const isList = ([, raw]: [string, unknown]): boolean => Array.isArray(raw);
  const path = `${building.path}/dependencies`;
  const lists = entries.filter(isList).map(([name, raw]) => [name, texts(raw, path)] as const);
  const schemas = entries.filter((entry) => !isList(entry));
  return {
    ...(lists.length > 0 && { dependentRequired: new Map(lists) }),
    ...(schemas.length > 0 && {
      dependentSchemas: new Map(
        schemas.map(([name, raw]) => [name, building.child(raw, `dependencies/${escaped(name)}`)]),
      ),
    }),
  };
}

function dynamicRef(value: unknown, { refer, path }: Building): Partial<Node> {
  if (typeof value !== 'string') throw invalid(`${path}/$dynamicRef`, 'an address', value);
  const { node, anchor, resource } = refer(value);
  const isDynamic = anchor !== '' && resource.dynamicAnchors.has(anchor);
  return isDynamic ? { dynamicRef: { target: node, anchor } } : { dynamicRef: { target: node, anchor: undefined } };
}

function reference(value: unknown, { refer, path }: Building): Partial<Node> {
  if (typeof value !== 'string') throw invalid(`${path}/$ref`, 'an address', value);
  return { ref: refer(value).node };
}

const shared: readonly (readonly [string, Read])[] = [
  ['$ref', reference],
  ['type', types],
  ['const', (value, _, schema) => literals([value], schema['enum'])],
  [
    'enum',
    (value, { path }, schema) => {
      if (!Array.isArray(value)) throw invalid(`${path}/enum`, 'a list', value);
      return Object.hasOwn(schema, 'const') ? {} : { enum: value };
    },
  ],
  ...(['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'] as const).map((key) => [key, bound(key)] as const),
  ['multipleOf', number('multipleOf', (value) => value > 0, 'a number above 0')],
  ...(['minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties'] as const).map(
    (key) => [key, count(key)] as const,
  ),
  ['pattern', (value, { path }) => ({ pattern: compilePattern(value, `${path}/pattern`) })],
  ['format', (value) => (typeof value === 'string' ? { format: value } : {})],
  ['uniqueItems', (value) => ({ uniqueItems: value === true })],
  ...(['contains', 'additionalProperties', 'propertyNames', 'not', 'if', 'then', 'else'] as const).map(
    (key) => [key, part(key)] as const,
  ),
  ...(['allOf', 'anyOf', 'oneOf'] as const).map((key) => [key, parts(key)] as const),
  ['properties', namedParts('properties')],
  ['patternProperties', patternProperties],
  ['required', (value, { path }) => ({ required: texts(value, `${path}/required`) })],
  // Draft 2020-12 left this keyword out and asks to go on reading it.
  ['dependencies', dependencies],
  [opaqueKeyword, (value, { path }) => ({ opaque: texts(value, `${path}/${opaqueKeyword}`) })],
];

const draft07: ReadonlyMap<string, Read> = new Map([
  ...shared,
  [
    'items',
    (value, building, schema) =>
      Array.isArray(value) ? parts('prefixItems')(value, building, schema) : part('items')(value, building, schema),
  ],
  [
    'additionalItems',
    (value, building, schema) =>
      Array.isArray(schema['items']) ? { items: building.child(value, 'additionalItems') } : {},
  ],
]);

const draft202012: ReadonlyMap<string, Read> = new Map([
  ...shared,
  ['items', part('items')],
  ['prefixItems', parts('prefixItems')],
  ['minContains', count('minContains')],
  ['maxContains', count('maxContains')],
  ['unevaluatedItems', part('unevaluatedItems')],
  ['unevaluatedProperties', part('unevaluatedProperties')],
  ['dependentSchemas', namedParts('dependentSchemas')],
  [
    'dependentRequired',
    (value, building) => {
      const path = `${building.path}/dependentRequired`;
      const entries = record(value, 'dependentRequired', building);
      return { dependentRequired: new Map(entries.map(([name, raw]) => [name, texts(raw, path)])) };
    },
  ],
  ['$dynamicRef', dynamicRef],
]);

/** How a keyword of a draft is read; undefined for one that says nothing about data. */
export function readerOf(keyword: string, draft: Draft): Read | undefined {
  return (draft === 'draft-07' ? draft07 : draft202012).get(keyword);
}
