import { leaf, type JsonSchema, type Leaf, type Parsed } from '../leaf.ts';
import { describeIssues, validate, type StandardSchema } from '../standard.ts';

/** Makes a leaf of any Standard Schema (zod, valibot, arktype …), to describe it or make it reloadable. */
export function standard<T>(schema: StandardSchema<unknown, T>): Leaf<T, unknown> {
  const expected = 'a value that fits its schema';
  return leaf<T, unknown>({
    expected,
    json: () => jsonSchemaOf(schema),
    acceptsMissing: true,
    parse: async (raw, { text }) => {
      const first = await validate(schema, raw);
      if (first.issues === undefined) return read(first.value, raw);
      const second = text ? await parseAsJson(raw, schema) : undefined;
      return second ?? { expected: `${expected} (${describeIssues(first.issues)})` };
    },
  });
}

/** A schema may make something else of what it reads: that could not be read again. */
function read<T>(value: T, input: unknown): Parsed<T> {
  return Object.is(value, input) ? { value } : { value, input };
}

/** What the schema says of itself, where it can (Standard JSON Schema, as zod 4.2 and later); else nothing is known. */
function jsonSchemaOf(schema: StandardSchema): JsonSchema {
  try {
    const { $schema: _dialect, ...rest } = schema['~standard'].jsonSchema?.input({ target: 'draft-2020-12' }) ?? {};
    return rest;
  } catch {
    // A transformation or a custom check has no JSON Schema.
    return {};
  }
}

/** Text that a schema refuses may be the JSON of what it accepts: `8080`, `true`, `["a"]`. */
async function parseAsJson<T>(raw: unknown, schema: StandardSchema<unknown, T>): Promise<Parsed<T> | undefined> {
  let value: unknown;
  try {
    value = JSON.parse(String(raw));
  } catch {
    return undefined;
  }
  const result = await validate(schema, value);
  return result.issues === undefined ? read(result.value, value) : undefined;
}
