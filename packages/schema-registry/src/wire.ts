import { createHash } from 'node:crypto';
import { toJSONSchema, type ZodType } from 'zod';
import { SchemaErrors } from './errors.ts';
import { toJsonSchema, type JsonSchema } from './json-schema.ts';
import type { DocumentOptions } from './json/document.ts';
import { opaqueKeyword } from './json/keywords.ts';
import { knownFormats } from './json/format.ts';
import { expectSchema, type Schema } from './schema.ts';

/** What a schema accepts when it reads, and what it leaves behind when it writes. */
export interface WireSchemas {
  readonly read: JsonSchema | boolean;
  readonly write: JsonSchema | boolean;
  /** How the JSON Schemas are to be read. */
  readonly options: DocumentOptions;
  /** Whether the schema's library treats `format` as a rule; undefined when that is for the reader to say. */
  readonly formats: boolean | undefined;
}

/**
 * The reader's and the writer's JSON Schema of a schema, with its rules in code marked.
 *
 * A rule that JSON Schema has no word for (a `refine`, a date, a transform) is marked under `x-seaworthy-opaque`, by a name that changes
 * with the source text of its function. A name with `?` stands for a function that nobody can read, as in `superRefine`.
 *
 * @throws NO_JSON_SCHEMA, INVALID_OPTION
 */
export function wireSchemas(schema: Schema): WireSchemas {
  expectSchema('schema', schema);
  const { vendor } = schema['~standard'];
  if (vendor !== 'zod') return foreign(schema);
  const options = { draft: 'draft-2020-12' } as const;
  return { read: fromZod(schema, 'input'), write: fromZod(schema, 'output'), options, formats: true };
}

function foreign(schema: Schema): WireSchemas {
  const { jsonSchema } = schema['~standard'] as { jsonSchema?: { options?: DocumentOptions & { formats?: boolean } } };
  const { options = {} } = jsonSchema ?? {};
  const read = toJsonSchema(schema, { io: 'input' });
  return { read, write: toJsonSchema(schema, { io: 'output' }), options, formats: options.formats };
}

interface ZodDefinition {
  readonly type: string;
  readonly coerce?: boolean;
  readonly checks?: readonly object[];
  readonly transform?: unknown;
  readonly fn?: unknown;
  readonly in?: ZodType;
}

interface ZodCheck {
  readonly check: string;
  readonly fn?: unknown;
  readonly tx?: unknown;
  readonly pattern?: RegExp;
}

type Io = 'input' | 'output';
type Draft = Record<string, unknown>;

function fromZod(schema: Schema, io: Io): JsonSchema {
  try {
    return toJSONSchema(schema as unknown as ZodType, {
      io,
      unrepresentable: 'any',
      override: ({ zodSchema, jsonSchema }) => mark(jsonSchema as Draft, definitionOf(zodSchema), io),
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SchemaErrors.NO_JSON_SCHEMA({ reason }, { cause });
  }
}

/** zod keeps what a schema or a check was made of under this name, for libraries that build on it. */
const internals = '_zod';

function definitionOf(schema: unknown): ZodDefinition {
  return (schema as Record<typeof internals, { readonly def: ZodDefinition }>)[internals].def;
}

function checkOf(check: object): ZodCheck {
  return (check as Record<typeof internals, { readonly def: ZodCheck }>)[internals].def;
}

/** Types that JSON has no values of. */
const notInJson: ReadonlySet<string> = new Set(
  [
    ['date', 'bigint', 'symbol', 'undefined', 'void', 'map', 'set', 'nan', 'file', 'function', 'promise', 'custom'],
    ['transform'],
  ].flat(),
);

function mark(json: Draft, definition: ZodDefinition, io: Io): void {
  const before = definition.type === 'pipe' && definition.in ? definitionOf(definition.in) : undefined;
  const isPreprocessed = io === 'input' && before?.type === 'transform';
  const isCoerced = io === 'input' && definition.coerce === true;
  if (isPreprocessed || isCoerced || (io === 'input' && definition.type === 'catch')) clear(json);
  const names = [
    ...(isPreprocessed ? [named('preprocess', before.transform)] : []),
    ...(isCoerced ? [`coerce:${definition.type}`] : []),
    ...(notInJson.has(definition.type) ? [named(definition.type, definition.transform ?? definition.fn)] : []),
    ...(definition.checks ?? []).flatMap((check) => nameOfCheck(checkOf(check), definition, json)),
    ...untoldFormat(json),
  ];
  if (names.length > 0) json[opaqueKeyword] = [...new Set(names)];
}

function clear(json: Draft): void {
  for (const key of Object.keys(json)) delete json[key];
}

function nameOfCheck(check: ZodCheck, { type }: ZodDefinition, json: Draft): readonly string[] {
  if (check.check === 'custom') return [check.fn === undefined ? '?check' : named('refine', check.fn)];
  if (check.check === 'overwrite') return [named('overwrite', check.tx)];
  if (check.pattern && /[imsvy]/.test(check.pattern.flags)) return [withoutPattern(check.pattern, json)];
  // A bound of a date, say: its words are in no JSON Schema.
  return notInJson.has(type) ? [`${type}:${digest(JSON.stringify(check))}`] : [];
}

/** JSON Schema has no flags: without them the expression means something else. */
function withoutPattern(pattern: RegExp, json: Draft): string {
  if (json['pattern'] === pattern.source) delete json['pattern'];
  if (Array.isArray(json['allOf'])) {
    json['allOf'] = (json['allOf'] as Draft[]).filter((part) => part['pattern'] !== pattern.source);
  }
  return `regex:${String(pattern)}`;
}

function untoldFormat({ format, pattern }: Draft): readonly string[] {
  const isUntold = typeof format === 'string' && pattern === undefined && !knownFormats.has(format);
  return isUntold ? [`format:${format}`] : [];
}

function named(kind: string, code: unknown): string {
  return typeof code === 'function' ? `${kind}:${digest(Function.prototype.toString.call(code))}` : kind;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
