import { refusals, type Answer } from './answers.ts';
import { checkSchema } from './compatibility.ts';
import type { JsonSchemaValue } from './levels.ts';

export type ReadSchema = { readonly text: string; readonly value: JsonSchemaValue } | { readonly refused: Answer };

/** The schema of a body, in the form in which it is kept: JSON without spaces. */
export function readSchema(body: Readonly<Record<string, unknown>>): ReadSchema {
  const { schema, schemaType = 'AVRO', references } = body;
  if (schemaType !== 'JSON') return refuse(`the type ${show(schemaType)} is not supported. Send "schemaType": "JSON"`);
  if (typeof schema !== 'string') return refuse('"schema" is not a text of JSON');
  if (references !== undefined && references !== null && !(Array.isArray(references) && references.length === 0)) {
    return refuse('references to other subjects are not supported. Put what they refer to into "$defs"');
  }
  return parseSchema(schema, body['normalize'] === true);
}

function parseSchema(schema: string, isNormalized: boolean): ReadSchema {
  try {
    const value: unknown = JSON.parse(schema);
    if (typeof value !== 'boolean' && (typeof value !== 'object' || value === null || Array.isArray(value))) {
      return refuse('a JSON Schema is an object, true or false');
    }
    return checked(JSON.stringify(isNormalized ? sorted(value) : value), value as JsonSchemaValue);
  } catch (error) {
    return refuse(error instanceof RangeError ? 'it is nested too deep' : 'it is not JSON');
  }
}

function checked(text: string, value: JsonSchemaValue): ReadSchema {
  try {
    checkSchema(value);
    return { text, value };
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

function refuse(why: string): ReadSchema {
  return { refused: refusals.invalidSchema(why) };
}

function show(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 40) : typeof value;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([key, part]) => [key, sorted(part)]));
}
