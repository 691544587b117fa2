import type { Edit, Node, ProjectFile } from '../contract.ts';
import type { Span } from './scripts.ts';

/** Replaces a part of a file. */
export function edit(file: ProjectFile, { start, end }: Span, text: string): Edit {
  return { start, end, replaces: file.text.slice(start, end), text };
}

/** Takes a part of a file away; with the whole line, where nothing else stands on it. */
export function removal(file: ProjectFile, { start, end }: Span): Edit {
  const lineStart = file.text.lastIndexOf('\n', start - 1) + 1;
  const lineBreak = file.text.indexOf('\n', end);
  const lineEnd = lineBreak === -1 ? file.text.length : lineBreak + 1;
  const around = file.text.slice(lineStart, start) + file.text.slice(end, lineEnd);
  return edit(file, around.trim() === '' ? { start: lineStart, end: lineEnd } : { start, end }, '');
}

/**
 * Takes a statement away, where what is around it means the same without it. Undefined where it is the only statement of an
 * `if`, and where the lines before and after it would become one statement.
 */
export function statementRemoval(
  file: ProjectFile,
  statement: Node,
  ancestors: readonly Node[],
): readonly Edit[] | undefined {
  const around = listAround(ancestors.at(-1));
  const place = around?.indexOf(statement) ?? -1;
  if (around === undefined || place === -1) return undefined;
  const [before, after] = [around[place - 1], around[place + 1]];
  const isApart = before === undefined || after === undefined || endsItself(file, before) || beginsAnew(file, after);
  return isApart ? [removal(file, statement)] : undefined;
}

function listAround(parent: Node | undefined): readonly Node[] | undefined {
  switch (parent?.type) {
    case 'Program':
    case 'BlockStatement':
    case 'StaticBlock':
      return parent.body;
    case 'SwitchCase':
      return parent.consequent;
    default:
      return undefined;
  }
}

function endsItself(file: ProjectFile, { end }: Node): boolean {
  return file.text[end - 1] === ';';
}

/** A line that begins with a name can be no part of the statement before it. */
function beginsAnew(file: ProjectFile, { start }: Node): boolean {
  return /[\w$#]/.test(file.text[start] ?? '');
}
