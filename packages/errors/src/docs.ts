import { kindsByCode, kindsIn } from './catalogue.ts';
import { exitCodeOf, statusOf } from './status.ts';
import type { AnyCatalogue, ErrorMeta } from './types.ts';

export interface ErrorIndexOptions {
  /** @default 'Error index' */
  readonly title?: string;
}

/** Writes the error index: one Markdown page with every error of the catalogues, ordered by code. */
export function errorIndexPage(catalogues: readonly AnyCatalogue[], options: ErrorIndexOptions = {}): string {
  kindsIn(catalogues);
  const kinds = [...kindsByCode(catalogues).values()].toSorted((a, b) => (a.code < b.code ? -1 : 1));
  const rows = kinds.map(({ meta }) => `| [\`${meta.code}\`](#${anchor(meta.code)}) | ${cell(meta.message)} |`);
  return [
    `# ${options.title ?? 'Error index'}`,
    ['| code | message |', '|---|---|', ...rows].join('\n'),
    ...kinds.map((kind) => section(kind.meta)),
    '',
  ]
    .join('\n\n')
    .trimEnd()
    .concat('\n');
}

/** As code hosting sites make anchors of headings. */
function anchor(code: string): string {
  return code.toLowerCase().replaceAll('.', '');
}

function cell(text: string): string {
  return text
    .replaceAll('|', String.raw`\|`)
    .replaceAll('\n', ' ')
    .replaceAll('<', '&lt;');
}

function section(meta: ErrorMeta): string {
  const facts = [
    `severity \`${meta.severity ?? 'error'}\``,
    `HTTP status ${statusOf(meta)}`,
    `exit code ${exitCodeOf(meta)}`,
    meta.retryable === true ? 'trying again may help' : 'trying again does not help',
  ];
  const sensitive = meta.sensitive ?? [];
  return [
    `## ${meta.code}`,
    `> ${cell(meta.message)}`,
    // As a number, so that the built file is ASCII: plain.ts says why.
    facts.join(` ${String.fromCodePoint(0xb7)} `),
    ...(sensitive.length === 0 ? [] : [`Never shown: ${sensitive.map((name) => `\`${name}\``).join(', ')}.`]),
    ...(meta.help === undefined ? [] : [meta.help]),
    ...(meta.docs === undefined ? [] : [`More: <${meta.docs}>`]),
  ].join('\n\n');
}
