import { expectOptions, type Schema } from '../schema.ts';
import { outline, type Line } from './outline.ts';
import { text, treeOf } from './tree.ts';

export interface CliHelpOptions {
  /** The words before the options: `shop order add`. */
  readonly command: string;
  /** Columns of the terminal. @default 80 */
  readonly width?: number;
}

/** Help for a command whose options are the fields of a schema: `--customer.name <string>`. @throws NO_JSON_SCHEMA, INVALID_OPTION */
export function toCliHelp(schema: Schema, options: CliHelpOptions): string {
  expectOptions(options);
  const { command, width = 80 } = options;
  const tree = treeOf(schema);
  const lines = outline(tree).filter(({ path, type }) => path !== '' && !path.includes('[]') && type !== 'object');
  const heads = lines.map(headOf);
  const column = Math.min(32, Math.max(8, ...heads.map((head) => head.length + 4)));
  const usage = lines.filter(({ isAlwaysRequired }) => isAlwaysRequired).map(headOf);
  const parts = [
    `Usage: ${plain(command)} ${[...usage, ...(usage.length < lines.length ? ['[options]'] : [])].join(' ')}`.trimEnd(),
    wrap(plain(text(tree.root['description']) ?? ''), 0, width).join('\n'),
    lines.length > 0
      ? ['Options:', ...lines.map((line, index) => row(line, heads[index] ?? '', column, width))].join('\n')
      : '',
  ];
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}

function headOf({ path, type, isList }: Line): string {
  const value = type === 'boolean' ? '' : ` <${plain(isList ? type.replace(/^list of /, '') : type)}>`;
  return `--${plain(path)}${value}${isList ? '...' : ''}`;
}

function row({ description, notes, isAlwaysRequired }: Line, head: string, column: number, width: number): string {
  const words = [plain(description), isAlwaysRequired ? '(required)' : '', ...notes.map((note) => `(${plain(note)})`)];
  const [first = '', ...rest] = wrap(words.filter(Boolean).join(' '), column, width);
  const start = `  ${head}`;
  if (start.length >= column)
    return [start, ...[first, ...rest].filter(Boolean).map((line) => ' '.repeat(column) + line)].join('\n');
  return [`${start.padEnd(column)}${first}`.trimEnd(), ...rest.map((line) => ' '.repeat(column) + line)].join('\n');
}

function wrap(value: string, column: number, width: number): readonly string[] {
  const room = Math.max(20, width - column);
  const lines = [''];
  for (const word of value.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && last.length + 1 + word.length > room) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines.filter((line) => line !== '');
}

/** A terminal obeys control characters, so none is let through. */
function plain(value: string): string {
  return value.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}
