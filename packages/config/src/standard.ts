import { withDropped } from './dropped.ts';

/** The part of the Standard Schema specification (standardschema.dev, version 1) that is used here. */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    /** Standard JSON Schema, which some libraries add. */
    readonly jsonSchema?:
      { readonly input: (options: { readonly target: 'draft-2020-12' }) => Record<string, unknown> } | undefined;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/** What a Standard Schema answers. */
export type StandardResult<Output> =
  { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly StandardIssue[] };

export interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

export function isStandardSchema(value: unknown): value is StandardSchema {
  return (typeof value === 'object' || typeof value === 'function') && value !== null && '~standard' in value;
}

/** What zod has besides, to wait from the beginning. */
interface Waiting<Output> {
  safeParseAsync(
    value: unknown,
  ): Promise<
    | { readonly success: true; readonly data: Output }
    | { readonly success: false; readonly error: { readonly issues: readonly StandardIssue[] } }
  >;
}

/**
 * Asks a schema. `validate` of zod first tries without waiting and drops the promise of an asynchronous check, which then
 * runs twice. What a schema still drops ends no process.
 */
export async function validate<Output>(
  schema: StandardSchema<unknown, Output>,
  value: unknown,
): Promise<StandardResult<Output>> {
  if (!canWait(schema)) return withDropped(() => schema['~standard'].validate(value));
  const result = await withDropped(() => schema.safeParseAsync(value));
  return result.success ? { value: result.data } : { issues: result.error.issues };
}

function canWait<Output>(
  schema: StandardSchema<unknown, Output>,
): schema is StandardSchema<unknown, Output> & Waiting<Output> {
  return schema['~standard'].vendor === 'zod' && typeof Reflect.get(schema, 'safeParseAsync') === 'function';
}

/** The issues as one sentence fragment: `port: too big; host: required`. */
export function describeIssues(issues: readonly StandardIssue[]): string {
  return issues.map(describeIssue).join('; ');
}

function describeIssue({ message, path = [] }: StandardIssue): string {
  const keys = path.map((part) => String(typeof part === 'object' ? part.key : part));
  return keys.length === 0 ? message : `${keys.join('.')}: ${message}`;
}
