import { expectSchema, type Schema } from '../schema.ts';
import { definitionOf, type ZodDefinition, type ZodPart } from '../zod-parts.ts';
import { jsonTypes } from './types-json.ts';
import { isName, keyText, literalText, optionError, unionText } from './type-text.ts';

export interface TypesOptions {
  /** @default 'Value' */
  readonly name?: string;
  /** The validated form (`output`, as `z.infer`), or the accepted one (`input`). @default 'output' */
  readonly io?: 'input' | 'output';
}

interface Writer {
  readonly io: 'input' | 'output';
  /** The names of parts that contain themselves. */
  readonly names: ReadonlyMap<ZodPart, string>;
}

/** Deeper schemas are told as `unknown`. */
const deepest = 400;

/**
 * TypeScript for a schema: `export type Order = { id: string };`, equal to `z.infer`.
 *
 * What only a function knows is `unknown`: transforms, `z.custom`, `z.instanceof`. Brands are left out.
 *
 * @throws INVALID_OPTION when the name is none of TypeScript or there is no schema, NO_JSON_SCHEMA for a schema that is not of zod and has none.
 */
export function toTypes(schema: Schema, options: TypesOptions = {}): string {
  const { name = 'Value', io = 'output' } = options;
  if (!isName(name)) throw optionError('name', 'a name of TypeScript, such as `Order`', name);
  expectSchema('schema', schema);
  if (schema['~standard'].vendor !== 'zod') return jsonTypes(schema, name, io);
  const root = schema as ZodPart;
  const writer: Writer = { io, names: recursiveParts(root, name) };
  const texts = [`export type ${name} = ${body(writer, root, 0)};`];
  for (const [part, alias] of writer.names) {
    if (part !== root) texts.push(`export type ${alias} = ${body(writer, part, 0)};`);
  }
  return `${texts.join('\n\n')}\n`;
}

/** Names for the parts that are within themselves. */
function recursiveParts(root: ZodPart, name: string): Map<ZodPart, string> {
  const names = new Map<ZodPart, string>([[root, name]]);
  const done = new Set<ZodPart>();
  const visit = (part: ZodPart, above: ReadonlySet<ZodPart>): void => {
    if (above.has(part)) {
      if (!names.has(part)) names.set(part, `${name}Part${names.size}`);
      return;
    }
    if (done.has(part) || above.size > deepest) return;
    const within = new Set(above).add(part);
    for (const child of childrenOf(part)) visit(child, within);
    done.add(part);
  };
  visit(root, new Set());
  return names;
}

function childrenOf(part: ZodPart): readonly ZodPart[] {
  const def = definitionOf(part);
  if (!def) return [];
  const {
    shape = {},
    catchall,
    element,
    items = [],
    rest,
    keyType,
    valueType,
    innerType,
    options = [],
    left,
    right,
    in: from,
    out,
  } = def;
  const single = [catchall, element, rest, keyType, valueType, innerType, left, right, from, out, def.getter?.()];
  return [
    ...Object.values(shape),
    ...items,
    ...options,
    ...single.filter((child) => child !== undefined && child !== null),
  ];
}

function typeOf(writer: Writer, part: ZodPart | null | undefined, depth: number): string {
  if (!part || depth > deepest) return 'unknown';
  return writer.names.get(part) ?? body(writer, part, depth);
}

const plainTypes: Readonly<Record<string, string>> = {
  string: 'string',
  number: 'number',
  boolean: 'boolean',
  bigint: 'bigint',
  symbol: 'symbol',
  null: 'null',
  undefined: 'undefined',
  void: 'void',
  never: 'never',
  any: 'any',
  unknown: 'unknown',
  nan: 'number',
  date: 'Date',
  file: 'File',
  success: 'boolean',
  transform: 'unknown',
  custom: 'unknown',
  function: 'unknown',
};

function body(writer: Writer, part: ZodPart, depth: number): string {
  const def = definitionOf(part);
  if (!def) return 'unknown';
  if (def.coerce === true && writer.io === 'input') return 'unknown';
  return plainTypes[def.type] ?? containerText(writer, def, depth + 1) ?? wrapperText(writer, def, depth + 1);
}

function containerText(writer: Writer, def: ZodDefinition, depth: number): string | undefined {
  const of = (child: ZodPart | null | undefined): string => typeOf(writer, child, depth);
  switch (def.type) {
    case 'literal':
      return unionText((def.values ?? []).map(literalText));
    case 'enum':
      return unionText(enumValues(def.entries ?? {}).map(literalText));
    case 'template_literal':
      return templateText(writer, def.parts ?? [], depth);
    case 'object':
      return objectText(writer, def, depth);
    case 'array':
      return `${grouped(of(def.element))}[]`;
    case 'tuple':
      return tupleText(writer, def, depth);
    case 'record':
      return recordText(writer, def, depth);
    case 'map':
      return `Map<${of(def.keyType)}, ${of(def.valueType)}>`;
    case 'set':
      return `Set<${of(def.valueType)}>`;
    case 'union':
      return unionText((def.options ?? []).map(of));
    case 'intersection':
      return `${grouped(of(def.left))} & ${grouped(of(def.right))}`;
    default:
      return undefined;
  }
}

function wrapperText(writer: Writer, def: ZodDefinition, depth: number): string {
  const inner = def.type === 'lazy' ? def.getter?.() : def.innerType;
  const of = (): string => typeOf(writer, inner, depth);
  switch (def.type) {
    case 'optional':
      return unionText([of(), 'undefined']);
    case 'nullable':
      return unionText([of(), 'null']);
    case 'nonoptional':
      return `Exclude<${of()}, undefined>`;
    case 'default':
    case 'prefault':
      return writer.io === 'input' ? unionText([of(), 'undefined']) : withoutUndefined(of());
    case 'readonly':
      return readonlyText(definitionOf(inner)?.type, of());
    case 'promise':
      return `Promise<${of()}>`;
    case 'pipe':
      return typeOf(writer, writer.io === 'input' ? def.in : def.out, depth);
    case 'catch':
    case 'lazy':
      return of();
    default:
      return 'unknown';
  }
}

function withoutUndefined(inner: string): string {
  return /\bundefined\b/.test(inner) ? `Exclude<${inner}, undefined>` : inner;
}

function readonlyText(kind: string | undefined, inner: string): string {
  if (kind === 'array' || kind === 'tuple') return `readonly ${inner}`;
  if (kind === 'map' || kind === 'set') return `Readonly${inner}`;
  return `Readonly<${inner}>`;
}

function objectText(writer: Writer, def: ZodDefinition, depth: number): string {
  const known = Object.entries(def.shape ?? {}).map(([key, field]) => {
    const mark = isOptional(writer, field) ? '?' : '';
    return `${keyText(key)}${mark}: ${typeOf(writer, field, depth)}`;
  });
  const rest = definitionOf(def.catchall);
  if (!rest || rest.type === 'never') return known.length > 0 ? `{ ${known.join('; ')} }` : 'Record<string, never>';
  const others = `[key: string]: ${typeOf(writer, def.catchall, depth)}`;
  if (known.length === 0 || rest.type === 'unknown' || rest.type === 'any')
    return `{ ${[...known, others].join('; ')} }`;
  // The known fields need not fit what holds for the others.
  return `{ ${known.join('; ')} } & { ${others} }`;
}

function isOptional(writer: Writer, part: ZodPart): boolean {
  const def = definitionOf(part);
  // zod lets it be absent, but its types do not say so.
  if (def?.type === 'catch' && def.innerType) return isOptional(writer, def.innerType);
  const internals = part['_zod'];
  return writer.io === 'input' ? internals?.optin !== undefined : internals?.optout === 'optional';
}

function tupleText(writer: Writer, def: ZodDefinition, depth: number): string {
  const items = (def.items ?? []).map((item) =>
    isOptional(writer, item) ? `${grouped(typeOf(writer, item, depth))}?` : typeOf(writer, item, depth),
  );
  const rest = def.rest ? [`...${grouped(typeOf(writer, def.rest, depth))}[]`] : [];
  return `[${[...items, ...rest].join(', ')}]`;
}

function recordText(writer: Writer, def: ZodDefinition, depth: number): string {
  const record = `Record<${typeOf(writer, def.keyType, depth)}, ${typeOf(writer, def.valueType, depth)}>`;
  return def.partial === true ? `Partial<${record}>` : record;
}

function templateText(writer: Writer, parts: readonly unknown[], depth: number): string {
  const texts = parts.map((part) => {
    if (typeof part !== 'object' || part === null) return String(part).replaceAll(/[`\\]|\$\{/g, String.raw`\$&`);
    return `\${${typeOf(writer, part, depth)}}`;
  });
  return `\`${texts.join('')}\``;
}

/** TypeScript writes numbers of an enum both ways round. */
function enumValues(entries: Readonly<Record<string, unknown>>): readonly unknown[] {
  const numbers = new Set(
    Object.values(entries)
      .filter((value) => typeof value === 'number')
      .map(String),
  );
  return Object.entries(entries)
    .filter(([key]) => !numbers.has(key))
    .map(([, value]) => value);
}

function grouped(type: string): string {
  return /[|&]|^readonly /.test(type) ? `(${type})` : type;
}
