import type { SourceFile } from '../../project/file.ts';
import type { Edit, FileKind, Position } from '../../rules/contract.ts';
import { removal } from '../../rules/syntax/edits.ts';

/** A comment that asks to hold back findings of the next line. */
export interface Suppression {
  readonly file: string;
  readonly position: Position;
  /** The line whose findings it holds back. */
  readonly line: number;
  readonly rules: readonly string[];
  /** Empty when none is given. */
  readonly reason: string;
  /** Takes the comment away; only in scripts, where it stands alone on its line. */
  readonly removal?: Edit;
}

const marker = 'seaworthy-ignore-next-line';
const hashKinds: ReadonlySet<FileKind> = new Set(['dockerfile', 'compose', 'kubernetes', 'workflow', 'yaml', 'env']);

/** Finds the suppressions in a file that was opened. */
export function readSuppressions(file: SourceFile): readonly Suppression[] {
  if (!file.wasOpened || !file.open() || !file.text.includes(marker)) return [];
  const comments = file.kind === 'script' ? scriptComments(file) : hashComments(file);
  const lines = new Set(comments.map(({ position }) => position.line));
  return comments.map(({ position, after, text, removal: edit }) => {
    let line = after;
    while (lines.has(line)) line += 1;
    return { file: file.path, position, line, ...parse(text), ...(edit && { removal: edit }) };
  });
}

interface Comment {
  readonly position: Position;
  /** The line after the comment. */
  readonly after: number;
  /** What follows the marker. */
  readonly text: string;
  readonly removal?: Edit;
}

function scriptComments(file: SourceFile): readonly Comment[] {
  return file.script().comments.flatMap(({ value, start, end }) => {
    const text = afterMarker(value);
    if (text === undefined) return [];
    const position = file.position(start);
    const isAlone = file.lines.line(position.line).trim() === file.text.slice(start, end).trim();
    const edit = isAlone ? { removal: removal(file, { start, end }) } : {};
    return [{ position, after: file.position(end).line + 1, text, ...edit }];
  });
}

function hashComments(file: SourceFile): readonly Comment[] {
  if (!hashKinds.has(file.kind)) return [];
  return Array.from({ length: file.lines.count }, (_, index) => index + 1).flatMap((number) => {
    const [, indent, comment] = /^(\s*)#(.*)$/.exec(file.lines.line(number)) ?? [];
    const text = comment === undefined ? undefined : afterMarker(comment);
    return text === undefined
      ? []
      : [{ position: { line: number, column: indent!.length + 1 }, after: number + 1, text }];
  });
}

function afterMarker(comment: string): string | undefined {
  const trimmed = comment.trim();
  return trimmed.startsWith(marker) ? trimmed.slice(marker.length) : undefined;
}

function parse(text: string): Pick<Suppression, 'rules' | 'reason'> {
  const colon = text.indexOf(':');
  const names = colon === -1 ? text : text.slice(0, colon);
  return {
    rules: names.split(/[\s,]+/).filter((name) => name !== ''),
    reason: colon === -1 ? '' : text.slice(colon + 1).trim(),
  };
}
