import { readFields } from './form/parse.ts';
import type { FormProblem } from './form/problem.ts';
import { element } from './form/markup.ts';
import { fillForm } from './form/fill.ts';
import type { Renderer } from './form/field.ts';
import { renderFields } from './form/render.ts';
import { fieldsOf, indexOf, type FormInput, type FormLimits, type SubmittedFields } from './form/submitted.ts';
import { englishTexts, type FormTexts } from './form/texts.ts';
import { formTreeOf } from './form/tree.ts';
import { SchemaErrors } from './errors.ts';
import { pathText, type OutputOf, type Schema, type SchemaIssue } from './schema.ts';

export { toUiSchema } from './form/ui-schema.ts';
export type { UiSchema, UiSchemaOptions } from './form/ui-schema.ts';
export type { FormProblemCode } from './form/problem.ts';
export type { FormInput, FormLimits, FormProblem, FormTexts, SubmittedFields };

export interface FormOptions {
  /** Data that the form is to show, in the form that the schema accepts. Without it, fields have their defaults. */
  readonly value?: unknown;
  /** What `parseForm` gave: the form is shown as it was sent, with its problems. */
  readonly parsed?: Pick<ParsedForm<unknown>, 'submitted' | 'problems'>;
  /** Where the form is sent. @default the address of the page */
  readonly action?: string;
  /** @default 'post' */
  readonly method?: 'post' | 'get';
  /** Fields that are sent without being shown, such as a token against forged requests. */
  readonly hidden?: Readonly<Record<string, string>>;
  /** Empty rows at the end of each list. @default 1 */
  readonly extraRows?: number;
  /** Begins the ids of the form; two forms on a page need two. @default 'form' */
  readonly idPrefix?: string;
  /** Other words, or words of another language. @default English */
  readonly texts?: Partial<FormTexts>;
}

/**
 * A form in HTML for the data that a schema accepts, which works without JavaScript: lists get rows by a button that sends the
 * form. Everything of the schema and the data is escaped.
 *
 * Fields beyond those that the schema names are not in the form. What has no control of its own is asked for as JSON.
 *
 * @throws NO_JSON_SCHEMA, INVALID_OPTION
 */
export function toForm(schema: Schema, options: FormOptions = {}): string {
  const { action, method = 'post', hidden = {}, extraRows = 1, idPrefix: prefix = 'form' } = options;
  if (!/^[A-Za-z][\w-]*$/.test(prefix)) throw invalid('idPrefix', 'letters, digits, "-" and "_"', prefix);
  if (!(extraRows >= 0 && extraRows <= 100)) throw invalid('extraRows', 'a number from 0 to 100', String(extraRows));
  const tree = formTreeOf(schema);
  const texts = { ...englishTexts, ...options.texts };
  const { submitted = fillForm(tree, options.value), problems = [] } = options.parsed ?? {};
  const index = indexOf(submitted);
  const rows = options.parsed === undefined ? extraRows : 0;
  const renderer: Renderer = { tree, index, problems, texts, prefix, extraRows: rows, ids: new Map(), above: [] };
  const fields = renderFields(renderer);
  return element(
    'form',
    { id: prefix, action, method, 'accept-charset': 'utf-8' },
    summary(renderer),
    Object.entries(hidden).map(([name, value]) => element('input', { type: 'hidden', name, value })),
    fields,
    element('button', { type: 'submit' }, texts.submit),
  ).html;
}

/** All problems in one place, each with a link to its field. */
function summary({ problems, ids, texts, prefix }: Renderer) {
  if (problems.length === 0) return undefined;
  const title = `${prefix}-problems`;
  const lines = problems.map(({ field, path, message }) => {
    const id = ids.get(field);
    const said = path === '' ? message : `${path}: ${message}`;
    return element('li', {}, id === undefined ? said : element('a', { href: `#${id}` }, said));
  });
  return element(
    'div',
    { role: 'alert', 'aria-labelledby': title, tabindex: -1, class: 'problems' },
    element('h2', { id: title }, texts.problems),
    element('ul', {}, lines),
  );
}

export interface ParseFormOptions extends FormLimits {
  /** Fields that the form has and the schema does not, such as a token against forged requests. */
  readonly allow?: readonly string[];
}

/** What a form was sent with, as a value of the schema or as what is wrong with it. */
export type ParsedForm<Value> = {
  /** What was sent, for `toForm` to show again. */
  readonly submitted: SubmittedFields;
  readonly problems: readonly FormProblem[];
} & (
  | { readonly status: 'valid'; readonly value: Value }
  /** `unfinished`: one more row was asked for, and nothing was looked at. */
  | { readonly status: 'invalid' | 'unfinished'; readonly value?: undefined }
);

/**
 * Reads what a form of `toForm` was sent with: the value that the schema gives, or every problem with the field it is about.
 *
 * An empty field is an empty text where the schema wants a text, and else nothing. Rows without anything are left out.
 *
 * @throws NO_JSON_SCHEMA; INVALID_OPTION for a schema that answers with a promise
 */
export function parseForm<S extends Schema>(
  schema: S,
  input: FormInput,
  options: ParseFormOptions = {},
): ParsedForm<OutputOf<S>> {
  const tree = formTreeOf(schema);
  const sent = fieldsOf(input, options);
  if (typeof sent === 'string') {
    const message = `The form was sent with ${sent}. Send less.`;
    return { status: 'invalid', submitted: new Map(), problems: [{ code: 'TOO_LARGE', field: '', path: '', message }] };
  }
  if ([...sent.keys()].some((name) => name.startsWith('+'))) {
    return { status: 'unfinished', submitted: sent, problems: [] };
  }
  const read = readFields(tree, sent, new Set(options.allow));
  const result = schema['~standard'].validate(read.value);
  if (result instanceof Promise) {
    result.catch(() => undefined);
    throw invalid('schema', 'one that answers at once', 'one that answers with a promise');
  }
  const issues = (result.issues ?? []).map((issue) => problemOf(issue, read.names));
  const told = new Set(read.problems.map(({ field }) => field));
  const problems = [...read.problems, ...issues.filter(({ field }) => !told.has(field))];
  if (problems.length > 0 || result.issues !== undefined) return { status: 'invalid', submitted: sent, problems };
  return { status: 'valid', submitted: sent, problems, value: result.value as OutputOf<S> };
}

/** The field that an issue is about, or the nearest group around it. */
function problemOf({ path = [], message }: SchemaIssue, names: ReadonlyMap<string, string>): FormProblem {
  for (let length = path.length; length > 0; length -= 1) {
    const field = names.get(pathText(path.slice(0, length)));
    if (field !== undefined) return { code: 'INVALID', field, path: pathText(path), message };
  }
  return { code: 'INVALID', field: names.get('') ?? '', path: pathText(path), message };
}

function invalid(option: string, expected: string, received: string): Error {
  return new SchemaErrors.INVALID_OPTION({ option, expected, received: JSON.stringify(received) });
}
