import { toJSONSchema, type ZodType } from 'zod';
import { SchemaErrors } from './errors.ts';
import { expectSchema, type Schema } from './schema.ts';

export interface JsonSchemaOptions {
  /** The accepted form (`input`) or the validated form (`output`). @default 'input' */
  readonly io?: 'input' | 'output';
  /** @default 'draft-2020-12' */
  readonly target?: 'draft-2020-12' | 'draft-07';
}

export type JsonSchema = Readonly<Record<string, unknown>>;

interface StandardJsonSchema {
  readonly jsonSchema?: Record<'input' | 'output', (options: { target: string }) => Record<string, unknown>>;
}

/**
 * The JSON Schema of a zod schema, or of any schema with Standard JSON Schema.
 *
 * Parts that JSON Schema cannot express, such as a date or a transform, accept anything.
 *
 * @throws NO_JSON_SCHEMA when the schema's library offers none or refuses, INVALID_OPTION for what is no schema.
 */
export function toJsonSchema(schema: Schema, options: JsonSchemaOptions = {}): JsonSchema {
  const { io = 'input', target = 'draft-2020-12' } = options;
  expectSchema('schema', schema);
  const standard = schema['~standard'] as Schema['~standard'] & StandardJsonSchema;
  try {
    if (standard.vendor === 'zod') {
      const zodTarget = target === 'draft-07' ? 'draft-7' : target;
      return toJSONSchema(schema as unknown as ZodType, { io, target: zodTarget, unrepresentable: 'any' });
    }
    if (standard.jsonSchema) return standard.jsonSchema[io]({ target });
  } catch (cause) {
    throw new SchemaErrors.NO_JSON_SCHEMA(
      { reason: cause instanceof Error ? cause.message : String(cause) },
      { cause },
    );
  }
  throw new SchemaErrors.NO_JSON_SCHEMA({ reason: `its library "${standard.vendor}" does not give one` });
}
