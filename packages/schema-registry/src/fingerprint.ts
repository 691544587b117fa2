import { fingerprintOf } from './canonical.ts';
import { notesOf, withoutNotes } from './notes.ts';
import type { Schema } from './schema.ts';
import { wireSchemas, type WireSchemas } from './wire.ts';

/** What a schema is known by: sha-256 of canonical JSON, as 64 hexadecimal digits. */
export interface Fingerprint {
  /** Of what it reads and writes; annotations such as `title` and `description` are left out. */
  readonly schema: string;
  /** Of the annotations alone. */
  readonly docs: string;
}

/** The fingerprint of a schema, the same on every machine. @throws NO_JSON_SCHEMA, NOT_JSON, SCHEMA_TOO_DEEP */
export function fingerprint(schema: Schema): Fingerprint {
  return fingerprintWire(wireSchemas(schema));
}

export function fingerprintWire({ read, write }: WireSchemas): Fingerprint {
  return {
    schema: fingerprintOf([withoutNotes(read), withoutNotes(write)]),
    docs: fingerprintOf([notesOf(read), notesOf(write)]),
  };
}

const known = new WeakMap<Schema, string | undefined>();

/**
 * True when two schemas read and write the same data, wording apart.
 *
 * By their fingerprints, so a module that is loaded again does not clash with itself; a schema without one equals only itself.
 */
export function isSameDefinition(left: Schema, right: Schema): boolean {
  if (left === right) return true;
  const text = fingerprintOrNone(left);
  return text !== undefined && text === fingerprintOrNone(right);
}

function fingerprintOrNone(schema: Schema): string | undefined {
  if (!known.has(schema)) known.set(schema, attempt(schema));
  return known.get(schema);
}

function attempt(schema: Schema): string | undefined {
  try {
    return fingerprint(schema).schema;
  } catch {
    return undefined;
  }
}
