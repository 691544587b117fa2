import type { Result } from './result.ts';

/** The results for people: one line each, columns under their names. */
export function resultTable(results: readonly Result[]): string {
  const rows = results.map(({ case: name, peer, value, unit, ratio, better, target, holds }) => [
    holds ? 'ok' : 'MISSED',
    name,
    `${rounded(value)} ${unit}`,
    peer ?? '',
    ratio === null ? '' : `${rounded(ratio)} ×`,
    target === null ? '' : String(target),
    `${better} is better`,
  ]);
  return columns([['', 'case', 'value', 'peer', 'ratio', 'target', ''], ...rows]);
}

/** Three digits that matter. */
export function rounded(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)));
}

/** Lines of cells, each column as wide as its widest cell. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => (row[index] ?? '').length)));
  return rows
    .map((row) =>
      row
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
