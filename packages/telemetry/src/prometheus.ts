import type { Cell } from './cells.ts';
import { labelName, metricName } from './names.ts';
import type { Family } from './seam.ts';

/** The content type of the text exposition format 0.0.4. */
export const prometheusContentType = 'text/plain; version=0.0.4; charset=utf-8';

/** Families that end up under one name on the page. */
interface Group {
  readonly name: string;
  readonly families: [Family, ...Family[]];
}

/** Writes all families in the text format 0.0.4; read at the time of the call, nothing is kept. */
export function renderPrometheus(families: Iterable<Family>): string {
  let page = '';
  for (const group of groupByName(families)) page += renderGroup(group);
  return page;
}

/**
 * Two copies of a package define the same family twice: they become one. Families that differ but would share a name
 * (`x.y` and `x_y`, or `x.count` beside the histogram `x`) get a number, because a page with one name twice is refused
 * as a whole.
 */
function groupByName(families: Iterable<Family>): readonly Group[] {
  const groups = new Map<string, Group>();
  const taken = new Set<string>();
  for (const family of families) {
    const base = metricName(family.name, family.unit, family.type);
    let name = base;
    for (let number = 2; !placed(name, family, groups, taken); number += 1) name = numbered(base, number);
  }
  return [...groups.values()];
}

/** Adds the family under this name, unless another one has it or a line of it. */
function placed(name: string, family: Family, groups: Map<string, Group>, taken: Set<string>): boolean {
  const group = groups.get(name);
  if (group !== undefined && isSame(group.families[0], family)) {
    group.families.push(family);
    return true;
  }
  const lines = family.type === 'histogram' ? ['', '_bucket', '_sum', '_count'].map((end) => name + end) : [name];
  if (lines.some((line) => taken.has(line))) return false;
  for (const line of lines) taken.add(line);
  groups.set(name, { name, families: [family] });
  return true;
}

function numbered(name: string, number: number): string {
  return name.endsWith('_total') ? `${name.slice(0, -'_total'.length)}_${number}_total` : `${name}_${number}`;
}

function isSame(one: Family, other: Family): boolean {
  const identity = ({ name, type, unit, attributes, bounds }: Family): string =>
    JSON.stringify([name, type, unit, attributes, bounds]);
  return identity(one) === identity(other);
}

function renderGroup({ name, families }: Group): string {
  const [family] = families;
  const series = mergeSeries(families);
  if (series.size === 0) return '';
  const kind = family.type === 'updowncounter' ? 'gauge' : family.type;
  let text = `# HELP ${name} ${escapeHelp(family.description)}\n# TYPE ${name} ${kind}\n`;
  for (const [labels, cell] of series) {
    text +=
      family.type === 'histogram'
        ? histogramLines(name, labels, cell, family.bounds)
        : `${name}${braces(labels)} ${number(cell.value)}\n`;
  }
  return text;
}

interface Values {
  readonly value: number;
  readonly count: number;
  readonly buckets: Float64Array | undefined;
}

function mergeSeries(families: readonly Family[]): ReadonlyMap<string, Values> {
  const series = new Map<string, Values>();
  for (const family of families) {
    const names = family.attributes.map(labelName);
    for (const cell of family.cells.list) merge(series, labelsOf(names, cell), cell, family);
    const { overflow } = family.cells;
    if (overflow !== undefined) merge(series, 'otel_metric_overflow="true"', overflow, family);
  }
  return series;
}

function merge(series: Map<string, Values>, labels: string, cell: Values, { type }: Family): void {
  const other = series.get(labels);
  if (other === undefined || type === 'gauge') {
    series.set(labels, cell);
    return;
  }
  const buckets = cell.buckets?.map((count, index) => count + (other.buckets?.[index] ?? 0));
  series.set(labels, { value: cell.value + other.value, count: cell.count + other.count, buckets });
}

function histogramLines(
  name: string,
  labels: string,
  { value, count, buckets }: Values,
  bounds: readonly number[],
): string {
  const before = labels === '' ? '' : `${labels},`;
  let text = '';
  let below = 0;
  for (const [index, bound] of bounds.entries()) {
    below += buckets?.[index] ?? 0;
    text += `${name}_bucket{${before}le="${number(bound)}"} ${below}\n`;
  }
  text += `${name}_bucket{${before}le="+Inf"} ${count}\n`;
  return `${text}${name}_sum${braces(labels)} ${number(value)}\n${name}_count${braces(labels)} ${count}\n`;
}

function labelsOf(names: readonly string[], { values }: Cell): string {
  let text = '';
  for (const [index, name] of names.entries()) {
    const value = values[index];
    if (value === undefined) continue;
    text += `${text === '' ? '' : ','}${name}="${escapeLabel(value)}"`;
  }
  return text;
}

function braces(labels: string): string {
  return labels === '' ? '' : `{${labels}}`;
}

function number(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value);
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function escapeLabel(text: string): string {
  // Half of a surrogate pair has no UTF-8, and a page that is not UTF-8 is refused.
  return text.toWellFormed().replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
