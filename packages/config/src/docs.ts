import { formModel, type FormSection } from './form.ts';
import { formHtml, type FormEntries, type FormOptions } from './form-html.ts';
import { parseForm } from './form-parse.ts';
import type { JsonSchema, LeafDefinition } from './leaf.ts';
import { jsonText, throughJson } from './plain.ts';
import { kindOf } from './problems.ts';
import { variableName, type CompiledShape, type Entry, type Group } from './shape.ts';

export interface MarkdownOptions {
  /** The prefix of the environment variables; without it they are left out. */
  readonly prefix?: string;
}

/** What can be told of a configuration without reading it. */
export interface ConfigDocuments {
  /** A JSON Schema (draft 2020-12) of a configuration file, for editors. A file is one layer, so nothing is required. */
  jsonSchema(): JsonSchema;
  /** A Markdown table of all keys. */
  markdown(options?: MarkdownOptions): string;
  /** The sections and fields of a web form; once loaded, with the values in force, but never with a secret. */
  formModel(): readonly FormSection[];
  /** The same as HTML for the inside of a `<form method="post">`; it needs no script. */
  form(options?: FormOptions): string;
  /**
   * What somebody changed in that form, as a patch for `update`.
   * @throws seaworthy.config.STALE, once loaded, when something changed since the form was made.
   */
  parseForm(entries: FormEntries): object;
  /** The flags as text for `--help`, one line each. */
  cliHelp(): string;
}

/** Documents made from the shape. */
export function createDocuments(shape: CompiledShape): ConfigDocuments {
  return {
    jsonSchema: () => ({ $schema: 'https://json-schema.org/draft/2020-12/schema', ...groupSchema(shape.root, true) }),
    markdown: (options = {}) => markdownTable(shape, options),
    formModel: () => formModel(shape),
    form: (options = {}) => formHtml(formModel(shape), options),
    parseForm: (entries) => parseForm(shape, entries),
    cliHelp: () => flagLines(shape),
  };
}

function groupSchema({ members }: Group, isRoot: boolean): JsonSchema {
  const properties: Record<string, JsonSchema> = isRoot ? { $schema: { type: 'string' } } : {};
  for (const [name, node] of members) {
    properties[name] = 'members' in node ? groupSchema(node, false) : leafSchema(node);
  }
  // Null takes back what lower layers said.
  return { type: isRoot ? 'object' : ['object', 'null'], properties, additionalProperties: false };
}

function leafSchema({ path, leaf }: Entry): JsonSchema {
  const { description, fallback, secret, developmentOnly, acceptsMissing, many } = leaf;
  const schema = embedded(leaf.json(), pointer(path) + (many === true ? '/items' : ''), secret);
  const shown = fallback === undefined || secret || developmentOnly === true ? undefined : throughJson(fallback.raw);
  return {
    ...(acceptsMissing === true ? schema : orNull(schema)),
    ...(description === undefined ? {} : { description }),
    ...(shown === undefined ? {} : { default: shown }),
    ...(secret ? { writeOnly: true } : {}),
  };
}

function orNull({ type, enum: choices, ...rest }: JsonSchema): JsonSchema {
  return {
    ...(type === undefined ? {} : { type: [type, 'null'].flat() }),
    ...(Array.isArray(choices) ? { enum: [...choices, null] } : {}),
    ...rest,
  };
}

/** A schema in its place: one of a library refers to its own root, and may spell a secret out. */
function embedded(schema: JsonSchema, root: string, secret: boolean): JsonSchema {
  const hidden = secret ? ['default', 'examples'] : [];
  const text = JSON.stringify(schema, (name, value: unknown) => {
    if (hidden.includes(name)) return undefined;
    return name === '$ref' && typeof value === 'string' && value.startsWith('#') ? root + value.slice(1) : value;
  });
  return JSON.parse(text);
}

/** The JSON Pointer of a key. */
function pointer(path: readonly string[]): string {
  return `#${path.map((name) => `/properties/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')}`;
}

function markdownTable(shape: CompiledShape, { prefix }: MarkdownOptions): string {
  const hasVariables = prefix !== undefined;
  const start = prefix === undefined || prefix === '' || prefix.endsWith('_') ? (prefix ?? '') : `${prefix}_`;
  const head = ['Key', ...(hasVariables ? ['Variable'] : []), 'Value', 'Default', 'Description'];
  const rows = Array.from(shape.entries.values(), ({ key, leaf }) => [
    escapeCell(code(key)),
    ...(hasVariables ? [code(start + variableName(key))] : []),
    escapeCell(expectation(leaf)),
    escapeCell(shownDefault(leaf)),
    escapeCell(leaf.description ?? ''),
  ]);
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function code(text: string): string {
  return `\`${text}\``;
}

function escapeCell(text: string): string {
  return oneLine(text).replaceAll('|', '\\|');
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ');
}

function expectation(leaf: LeafDefinition<unknown>): string {
  const notes = [leaf.secret ? 'secret' : '', leaf.reloadable ? 'reloadable' : ''].filter((note) => note !== '');
  return notes.length === 0 ? leaf.expected : `${leaf.expected} (${notes.join(', ')})`;
}

function shownDefault({
  fallback,
  developmentOnly,
  optional,
  acceptsMissing,
  secret,
}: LeafDefinition<unknown>): string {
  if (fallback !== undefined) {
    const shown = secret ? 'redacted' : (jsonText(fallback.raw) ?? kindOf(fallback.raw));
    return developmentOnly === true ? `${shown} in development, else required` : shown;
  }
  if (optional) return 'none';
  return acceptsMissing === true ? 'by its schema' : 'required';
}

function flagLines(shape: CompiledShape): string {
  const flags = Array.from(shape.entries.values(), (entry) => [flagOf(entry), aboutFlag(entry.leaf)] as const);
  const width = Math.max(0, ...flags.map(([flag]) => flag.length));
  return flags.map(([flag, about]) => `  ${flag.padEnd(width)}  ${about}`.trimEnd()).join('\n');
}

function flagOf({ key, leaf }: Entry): string {
  return leaf.flag === true ? `--[no-]${key}` : `--${key}=<value>`;
}

function aboutFlag(leaf: LeafDefinition<unknown>): string {
  const about = leaf.description ?? leaf.expected;
  return `${oneLine(about)} [${shownDefault(leaf)}]`;
}
