import type { Schema } from '../schema.ts';
import { outline } from './outline.ts';
import { text, treeOf } from './tree.ts';

export interface MarkdownOptions {
  /** @default the title of the schema */
  readonly title?: string;
}

/** A section in Markdown with a table of the fields. Nothing of the schema is taken as markup. @throws NO_JSON_SCHEMA */
export function toMarkdown(schema: Schema, options: MarkdownOptions = {}): string {
  const tree = treeOf(schema);
  const { title = text(tree.root['title']) ?? '' } = options;
  const description = text(tree.root['description']) ?? '';
  const rows = outline(tree).map(({ path, type, isRequired, description, notes }) =>
    [
      path === '' ? '(value)' : code(path),
      code(type),
      isRequired ? 'yes' : 'no',
      cell([description, ...notes].filter(Boolean).join('; ')),
    ].join(' | '),
  );
  const table = [
    '| field | type | required | description |',
    '| --- | --- | --- | --- |',
    ...rows.map((row) => `| ${row} |`),
  ];
  return `${[title && `## ${cell(title)}`, cell(description), table.join('\n')].filter(Boolean).join('\n\n')}\n`;
}

/** Text without any meaning for Markdown or HTML, on one line. */
function cell(value: string): string {
  const plain = value.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_{}[\]()#+!|~]/g, String.raw`\$&`);
  return plain.replaceAll(/[&<>]/g, entity);
}

/** In a span of code only backquotes and, in tables, bars mean something. */
function code(value: string): string {
  const plain = value.replaceAll(/\s+/g, ' ').replaceAll('|', String.raw`\|`);
  const longest = Math.max(0, ...[...plain.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = plain.startsWith('`') || plain.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${plain}${pad}${fence}`;
}

function entity(character: string): string {
  return `&#${character.codePointAt(0)};`;
}
