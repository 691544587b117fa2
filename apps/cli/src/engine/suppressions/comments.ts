import type { SourceFile } from '../../project/file.ts';
import type { FileKind, Position } from '../../rules/contract.ts';

/** A comment that asks to hold back findings of the next line. */
export interface Suppression {
  readonly file: string;
  readonly position: Position;
  /** The line whose findings it holds back. */
  readonly line: number;
  readonly rules: readonly string[];
  /** Empty when none is given. */
  readonly reason: string;
}

const marker = 'seaworthy-ignore-next-line';
const hashKinds: ReadonlySet<FileKind> = new Set(['dockerfile', 'compose', 'kubernetes', 'workflow', 'yaml', 'env']);

/** Finds the suppressions in a file that was opened. */
export function readSuppressions(file: SourceFile): readonly Suppression[] {
  if (!file.wasOpened || !file.open() || !file.text.includes(marker)) return [];
  const comments = file.kind === 'script' ? scriptComments(file) : hashComments(file);
  const lines = new Set(comments.map(({ position }) => position.line));
  return comments.map(({ position, after, text }) => {
    let line = after;
    while (lines.has(line)) line += 1;
    return { file: file.path, position, line, ...parse(text) };
  });
}

interface Comment {
  readonly position: Position;
  /** The line after the comment. */
  readonly after: number;
  /** What follows the marker. */
  readonly text: string;
}

function scriptComments(file: SourceFile): readonly Comment[] {
  return file.script().comments.flatMap(({ value, start, end }) => {
    const text = afterMarker(value);
    return text === undefined ? [] : [{ position: file.position(start), after: file.position(end).line + 1, text }];
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
