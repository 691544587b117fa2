import { SchemaErrors } from './errors.ts';

/** The part of Standard Schema v1 that a version needs; every zod 4 schema has it. */
export interface Schema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

export type SchemaResult<Output> =
  { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly SchemaIssue[] };

export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** What a schema accepts. */
export type InputOf<S extends Schema> = NonNullable<S['~standard']['types']>['input'];

/** What a schema gives after validation. */
export type OutputOf<S extends Schema> = NonNullable<S['~standard']['types']>['output'];

/** One problem of invalid data. */
export interface Issue {
  /** Where, such as `items[0].qty`; empty for the whole value. */
  readonly path: string;
  readonly message: string;
}

/** @throws INVALID_OPTION for what is no schema: else it would fail later, where nobody sees which one it is. */
export function expectSchema(option: string, value: unknown): void {
  const standard = isObject(value) ? value['~standard'] : undefined;
  if (isObject(standard) && typeof standard['validate'] === 'function') return;
  const expected = 'a Standard Schema, such as one of zod';
  throw new SchemaErrors.INVALID_OPTION({ option, expected, received: shownKind(value) });
}

/** @throws INVALID_OPTION for what is no object with options. */
export function expectOptions(value: unknown): void {
  if (isObject(value) && typeof value === 'object' && !Array.isArray(value)) return;
  throw new SchemaErrors.INVALID_OPTION({ option: 'options', expected: 'an object', received: shownKind(value) });
}

/** Schemas of some libraries are functions. */
function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** What was given in place of something bigger. */
export function shownKind(value: unknown): string {
  if (isObject(value))
    return Array.isArray(value) ? 'a list' : typeof value === 'function' ? 'a function' : 'an object';
  return `\`${String(value)}\` (${typeof value})`;
}

/**
 * Validates against one version and returns the schema's output.
 *
 * @throws INVALID_DATA with every issue; ASYNC_SCHEMA when the schema answers with a promise.
 */
export function validate(schema: Schema, input: unknown, of: { subject: string; version: number }): unknown {
  const result = schema['~standard'].validate(input);
  if (result instanceof Promise) {
    // Nobody else waits for it, so its rejection must not end the process.
    result.catch(() => undefined);
    throw new SchemaErrors.ASYNC_SCHEMA(of);
  }
  if (result.issues === undefined) return result.value;
  throw invalidData(result.issues, of);
}

/** The error of invalid data, with every issue. */
export function invalidData(found: readonly SchemaIssue[], of: { subject: string; version: number }): Error {
  const issues = found.map((issue) => ({ path: pathText(issue.path ?? []), message: issue.message }));
  return new SchemaErrors.INVALID_DATA({ ...of, problems: problemText(issues), issues });
}

const shownProblems = 20;

function problemText(issues: readonly Issue[]): string {
  const shown = issues.slice(0, shownProblems).map(({ path, message }) => (path ? `${path}: ${message}` : message));
  const hidden = issues.length - shown.length;
  return hidden > 0 ? `${shown.join('; ')}; and ${hidden} more` : shown.join('; ');
}

/** A path as people write it: `items[0].qty`. */
export function pathText(path: NonNullable<SchemaIssue['path']>): string {
  let text = '';
  for (const segment of path) {
    const key = typeof segment === 'object' ? segment.key : segment;
    text += typeof key === 'string' && /^[\w$-]+$/.test(key) ? `${text && '.'}${key}` : bracket(key);
  }
  return text;
}

function bracket(key: PropertyKey): string {
  return typeof key === 'string' ? `[${JSON.stringify(key)}]` : `[${String(key)}]`;
}
