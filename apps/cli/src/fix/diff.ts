import type { Edit } from '../rules/contract.ts';

const linesAround = 3;

/** Whole lines that edits touch. */
interface Change {
  /** 0-based, the first of the lines. */
  readonly from: number;
  /** 0-based, after the last of the lines. */
  readonly to: number;
  readonly after: readonly string[];
}

/** The edits of one file as a patch that `git apply` and `patch -p1` take. The edits are in order and do not overlap. */
export function unifiedDiff(path: string, text: string, edits: readonly Edit[]): string {
  const lines = linesOf(text);
  const changes = changesOf(text, lines, edits);
  let shift = 0;
  const hunks = groupChanges(changes).map((group) => {
    const hunk = renderHunk(lines, group, shift);
    shift += group.reduce((sum, { from, to, after }) => sum + after.length - (to - from), 0);
    return hunk;
  });
  return `--- ${nameOf('a/', path)}\n+++ ${nameOf('b/', path)}\n${hunks.join('')}`;
}

/** As git writes names: in quotes where one could be misread, with a tab after one that has blanks. */
function nameOf(prefix: string, path: string): string {
  const name = prefix + path;
  // oxlint-disable-next-line no-control-regex
  const special = /[\u0000-\u001f"\\\u007f]/g;
  if (!special.test(name)) return name.includes(' ') ? `${name}\t` : name;
  return `"${name.replaceAll(special, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`)}"`;
}

/** With their line ends. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function changesOf(text: string, lines: readonly string[], edits: readonly Edit[]): readonly Change[] {
  const starts = [0];
  for (const line of lines) starts.push(starts.at(-1)! + line.length);
  const lineAt = (offset: number): number =>
    Math.max(
      0,
      starts.findLastIndex((start) => start <= offset),
    );
  const spans: { from: number; to: number; edits: Edit[] }[] = [];
  for (const edit of edits) {
    const from = Math.min(lineAt(edit.start), Math.max(0, lines.length - 1));
    const to = Math.max(from, lineAt(Math.max(edit.start, edit.end - 1))) + 1;
    const last = spans.at(-1);
    if (last !== undefined && from < last.to) {
      last.to = Math.max(last.to, to);
      last.edits.push(edit);
    } else spans.push({ from, to, edits: [edit] });
  }
  return spans.map(({ from, to, edits: inside }) => {
    const end = starts[Math.min(to, lines.length)]!;
    let at = starts[from]!;
    let after = '';
    for (const edit of inside) {
      after += text.slice(at, edit.start) + edit.text;
      at = edit.end;
    }
    return { from, to: Math.min(to, lines.length), after: linesOf(after + text.slice(at, Math.max(at, end))) };
  });
}

/** Changes whose surroundings meet are shown together. */
function groupChanges(changes: readonly Change[]): readonly (readonly Change[])[] {
  const groups: Change[][] = [];
  for (const change of changes) {
    const last = groups.at(-1)?.at(-1);
    if (last !== undefined && change.from - last.to <= 2 * linesAround) groups.at(-1)!.push(change);
    else groups.push([change]);
  }
  return groups;
}

function renderHunk(lines: readonly string[], group: readonly Change[], shift: number): string {
  const first = Math.max(0, group[0]!.from - linesAround);
  const last = Math.min(lines.length, group.at(-1)!.to + linesAround);
  const rows: string[] = [];
  let at = first;
  for (const { from, to, after } of group) {
    rows.push(...lines.slice(at, from).map((line) => ` ${line}`));
    rows.push(...lines.slice(from, to).map((line) => `-${line}`), ...after.map((line) => `+${line}`));
    at = to;
  }
  rows.push(...lines.slice(at, last).map((line) => ` ${line}`));
  const before = last - first;
  const amount = before + group.reduce((sum, { from, to, after }) => sum + after.length - (to - from), 0);
  const heading = `@@ -${range(first, before)} +${range(first + shift, amount)} @@\n`;
  return heading + rows.map(ended).join('');
}

function range(start: number, amount: number): string {
  return `${amount === 0 ? start : start + 1},${amount}`;
}

function ended(row: string): string {
  return row.endsWith('\n') ? row : `${row}\n\\ No newline at end of file\n`;
}
