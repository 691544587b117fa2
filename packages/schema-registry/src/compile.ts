// (1) Compiled or not, a schema gives the same value, or the same issues.
// (2) Code is generated only by zod, and never while zod is told not to (`jitless`).
import * as zod from 'zod';
import { SchemaErrors } from './errors.ts';
import { invalidData, validate, type Schema } from './schema.ts';

/** Validates by one version and gives the output. @throws INVALID_DATA, ASYNC_SCHEMA */
export type Reader = (input: unknown) => unknown;

/** What is used of zod's schemas; all of it is public in zod 4. */
interface ZodSchema extends Schema {
  readonly _zod: { readonly version: Readonly<Record<'major' | 'minor' | 'patch', number>> };
  parse(input: unknown): unknown;
}

/** A schema that is read a few times is not worth the milliseconds that its compilation takes. */
const readsBeforeCompiling = 16;

/** A reader of one version: of zod's schemas without the detour through Standard Schema, and compiled when used often. */
export function createReader(schema: Schema, of: { subject: string; version: number }): Reader {
  if (!isOurZod(schema)) return (input) => validate(schema, input, of);
  let parser = schema;
  let reads = 0;
  return (input) => {
    if (reads < readsBeforeCompiling && (reads += 1) === readsBeforeCompiling) parser = compiled(schema);
    try {
      return parser.parse(input);
    } catch (error) {
      throw translated(error, of);
    }
  };
}

/** What zod throws as an error of ours; what code of the schema's author throws stays as it is. */
function translated(error: unknown, of: { subject: string; version: number }): unknown {
  if (error instanceof zod.core.$ZodError) return invalidData(error.issues, of);
  if (error instanceof zod.core.$ZodAsyncError) return new SchemaErrors.ASYNC_SCHEMA(of);
  return error;
}

/** The schema with a generated parser; itself where this zod has no compiler, may not generate code, or refuses. */
function compiled(schema: ZodSchema): ZodSchema {
  const { compile } = zod as { readonly compile?: (schema: unknown) => unknown };
  if (compile === undefined || zod.config().jitless === true) return schema;
  return compile(schema) as ZodSchema;
}

/** A schema of another zod is left to that zod: a compiler knows the schemas of its own version only. */
function isOurZod(schema: Schema): schema is ZodSchema {
  const { _zod, parse } = schema as Partial<ZodSchema>;
  if (schema['~standard'].vendor !== 'zod' || typeof parse !== 'function') return false;
  const { major, minor, patch } = zod.core.version;
  const theirs = _zod?.version;
  return theirs?.major === major && theirs.minor === minor && theirs.patch === patch;
}
