// (1) Compiled or not, a schema gives the same value, or the same issues.
// (2) Code is generated only by zod, and never while zod is told not to (`jitless`).
import * as zod from 'zod';
import { SchemaErrors } from './errors.ts';
import { invalidData, validate, type Schema } from './schema.ts';

/** Validates by one version and gives the output. @throws INVALID_DATA, ASYNC_SCHEMA */
export type Reader = (input: unknown) => unknown;

interface Payload {
  readonly value: unknown;
  readonly issues: readonly zod.core.$ZodRawIssue[];
}

/** What is used of zod's schemas; all of it is public in zod 4, for libraries that build on it. */
interface ZodSchema extends Schema {
  readonly _zod: {
    readonly version: Readonly<Record<'major' | 'minor' | 'patch', number>>;
    run(payload: Payload, context: zod.core.ParseContextInternal): Payload | Promise<Payload>;
  };
}

/** A schema that is read a few times is not worth the milliseconds that its compilation takes. */
const readsBeforeCompiling = 16;

/** A reader of one version: of zod's schemas by zod's own entry, and compiled when used often. */
export function createReader(schema: Schema, of: { subject: string; version: number }): Reader {
  if (!isOurZod(schema)) return (input) => validate(schema, input, of);
  let internals = schema['_zod'];
  let reads = 0;
  const count = (): void => {
    reads += 1;
    if (reads === readsBeforeCompiling) internals = compiled(schema)['_zod'];
  };
  // What `parse` of zod does as well, without the calls on the way to it: they are as dear as looking at a few fields. What is
  // seldom done is apart, so that this stays short enough to be compiled into its callers together with zod's part.
  return (input) => {
    if (reads < readsBeforeCompiling) count();
    const context: zod.core.ParseContextInternal = { async: false };
    let result: Payload | Promise<Payload>;
    try {
      result = internals.run({ value: input, issues: [] }, context);
    } catch (error) {
      throw thrown(error, of);
    }
    // A promise has no issues.
    if ((result as Payload).issues?.length === 0) return (result as Payload).value;
    throw refusal(result, context, of);
  };
}

/** What zod throws as an error of ours; what code of the schema's author throws stays as it is. */
function thrown(error: unknown, of: { subject: string; version: number }): unknown {
  return error instanceof zod.core.$ZodAsyncError ? new SchemaErrors.ASYNC_SCHEMA(of) : error;
}

/** Why there is no value: what zod found wrong, or that it answers later. */
function refusal(
  result: Payload | Promise<Payload>,
  context: zod.core.ParseContextInternal,
  of: { subject: string; version: number },
): Error {
  if (!(result instanceof Promise)) {
    const config = zod.config();
    return invalidData(
      result.issues.map((issue) => zod.core.util.finalizeIssue(issue, context, config)),
      of,
    );
  }
  // Nobody else waits for it, so its rejection must not end the process.
  result.catch(() => undefined);
  return new SchemaErrors.ASYNC_SCHEMA(of);
}

/** The schema with a generated parser; itself where this zod has no compiler, may not generate code, or refuses. */
function compiled(schema: ZodSchema): ZodSchema {
  const { compile } = zod as { readonly compile?: (schema: unknown) => unknown };
  if (compile === undefined || zod.config().jitless === true) return schema;
  return compile(schema) as ZodSchema;
}

/** A schema of another zod is left to that zod: a compiler knows the schemas of its own version only. */
function isOurZod(schema: Schema): schema is ZodSchema {
  const { _zod } = schema as Partial<ZodSchema>;
  if (schema['~standard'].vendor !== 'zod' || typeof _zod?.run !== 'function') return false;
  const { major, minor, patch } = zod.core.version;
  const theirs = _zod.version;
  return theirs?.major === major && theirs.minor === minor && theirs.patch === patch;
}
