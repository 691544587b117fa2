// (1) A page names each metric once: families that would share a name get a number, the same in both formats.
// (2) Every page is made of the values at the time it was asked for; only names, labels and bounds are kept as text.
import type { Cell, Exemplar } from './cells.ts';
import { escapeHelp, familyName, metricName, pageUnit, toBaseUnit } from './names.ts';
import type { Family } from './seam.ts';

/** `text` is 0.0.4, which every scraper takes; `openmetrics` is 1.0.0, which has exemplars. */
export type PageFormat = 'text' | 'openmetrics';

export const contentTypes: Readonly<Record<PageFormat, string>> = {
  text: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

/** What a page shows of a family: ours, or one made of what the SDK collected. */
export interface PageFamily extends Omit<Family, 'cells' | 'meter'> {
  readonly cells: {
    readonly list: readonly Cell[];
    readonly overflow: Cell | undefined;
    readonly labels: (cell: Cell) => string;
  };
}

type LabelsOf = (cell: Cell) => string;

/** Families that end up under one name on the page. */
interface Group {
  readonly name: string;
  readonly families: [PageFamily, ...PageFamily[]];
}

/** Writes all families; read at the time of the call, nothing is kept. */
export function renderPage(families: Iterable<PageFamily>, format: PageFormat = 'text'): string {
  let page = '';
  for (const group of groupByName(families)) page += renderGroup(group, format);
  return format === 'openmetrics' ? `${page}# EOF\n` : page;
}

/**
 * Two copies of a package define the same family twice: they become one. Families that differ but would share a name
 * (`x.y` and `x_y`, or `x.count` beside the histogram `x`) get a number, because a page with one name twice is refused
 * as a whole.
 */
function groupByName(families: Iterable<PageFamily>): readonly Group[] {
  const groups = new Map<string, Group>();
  const taken = new Set<string>();
  for (const family of families) {
    const base = metricName(family.name, family.unit, family.type);
    let name = base;
    for (let number = 2; !placed(name, family, groups, taken); number += 1) name = numbered(base, number);
  }
  return [...groups.values()];
}

const histogramEnds = ['', '_bucket', '_sum', '_count'];

/** Adds the family under this name, unless another one has it or a line of it. */
function placed(name: string, family: PageFamily, groups: Map<string, Group>, taken: Set<string>): boolean {
  const group = groups.get(name);
  if (group !== undefined && isSame(group.families[0], family)) {
    group.families.push(family);
    return true;
  }
  const lines = family.type === 'histogram' ? histogramEnds.map((end) => name + end) : [name];
  if (family.type === 'counter') lines.push(familyName(name, 'counter'));
  if (lines.some((line) => taken.has(line))) return false;
  for (const line of lines) taken.add(line);
  groups.set(name, { name, families: [family] });
  return true;
}

function numbered(name: string, number: number): string {
  return name.endsWith('_total') ? `${name.slice(0, -'_total'.length)}_${number}_total` : `${name}_${number}`;
}

function isSame(one: PageFamily, other: PageFamily): boolean {
  const identity = ({ name, type, unit, bounds }: PageFamily): string => JSON.stringify([name, type, unit, bounds]);
  return identity(one) === identity(other);
}

function renderGroup({ name, families }: Group, format: PageFormat): string {
  const [family] = families;
  const series = seriesOf(families);
  if (series.list.length === 0) return '';
  const head = headLines(name, family, format);
  return head + (family.type === 'histogram' ? histogramLines : valueLines)(name, family, series, format);
}

function headLines(name: string, { name: own, type, unit, description }: PageFamily, format: PageFormat): string {
  const help = escapeHelp(description, own);
  const kind = type === 'updowncounter' ? 'gauge' : type;
  if (format === 'text') return `# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n`;
  if (name === 'target_info') return `# TYPE target info\n# HELP target ${quoted(help)}\n`;
  const family = familyName(name, type);
  const word = pageUnit(unit, type);
  const unitLine = word !== undefined && family.endsWith(`_${word}`) ? `# UNIT ${family} ${word}\n` : '';
  return `# TYPE ${family} ${kind}\n${unitLine}# HELP ${family} ${quoted(help)}\n`;
}

/** OpenMetrics wants quotes escaped in help too. */
function quoted(help: string): string {
  return help.replaceAll('"', '\\"');
}

/** The series of a page, with the labels of each. */
interface Series {
  readonly list: readonly Cell[];
  readonly labels: LabelsOf;
}

function seriesOf(families: readonly PageFamily[]): Series {
  const [{ cells }] = families as readonly [PageFamily];
  if (families.length === 1) return { list: allOf(cells), labels: (cell) => cells.labels(cell) };
  const merged = new Map<string, Cell>();
  for (const family of families) {
    for (const cell of allOf(family.cells)) merge(merged, cell, family);
  }
  const labels = new Map([...merged].map(([text, cell]) => [cell, text]));
  return { list: [...merged.values()], labels: (cell) => labels.get(cell) ?? '' };
}

function allOf({ list, overflow }: PageFamily['cells']): readonly Cell[] {
  return overflow === undefined ? list : [...list, overflow];
}

function merge(merged: Map<string, Cell>, cell: Cell, { type, cells }: PageFamily): void {
  const labels = cells.labels(cell);
  const other = merged.get(labels);
  if (other === undefined || type === 'gauge') {
    merged.set(labels, cell);
    return;
  }
  const buckets = cell.buckets?.map((count, index) => count + (other.buckets?.[index] ?? 0));
  const { values, exemplars = other.exemplars } = cell;
  merged.set(labels, { values, value: cell.value + other.value, count: cell.count + other.count, buckets, exemplars });
}

type Lines = (name: string, family: PageFamily, series: Series, format: PageFormat) => string;

const valueLines: Lines = (name, { unit, type }, series, format) => {
  const convert = toBaseUnit(unit);
  const withExemplars = format === 'openmetrics' && type === 'counter';
  let text = '';
  for (const cell of series.list) {
    const { value, exemplars } = cell;
    const labels = series.labels(cell);
    const shown = number(convert === undefined ? value : convert(value));
    text += labels === '' ? `${name} ${shown}` : `${name}{${labels}} ${shown}`;
    if (withExemplars && exemplars !== undefined) text += exemplarText(exemplars[0], convert);
    text += '\n';
  }
  return text;
};

const histogramLines: Lines = (name, { unit, bounds }, series, format) => {
  const convert = toBaseUnit(unit);
  const ends = [...bounds.map((bound) => number(convert === undefined ? bound : convert(bound))), '+Inf'].map(
    (bound) => `le="${bound}"} `,
  );
  let text = '';
  for (const cell of series.list) {
    const { value, count, buckets, exemplars } = cell;
    const labels = series.labels(cell);
    const before = labels === '' ? `${name}_bucket{` : `${name}_bucket{${labels},`;
    const braces = labels === '' ? ' ' : `{${labels}} `;
    const shown = format === 'openmetrics' ? exemplars : undefined;
    let below = 0;
    for (let index = 0; index < ends.length; index += 1) {
      below += buckets?.[index] ?? 0;
      text += `${before}${ends[index] as string}${below}`;
      if (shown !== undefined) text += exemplarText(shown[index], convert);
      text += '\n';
    }
    const sum = number(convert === undefined ? value : convert(value));
    text += `${name}_sum${braces}${sum}\n${name}_count${braces}${count}\n`;
  }
  return text;
};

function exemplarText(exemplar: Exemplar | undefined, convert: ((value: number) => number) | undefined): string {
  if (exemplar === undefined) return '';
  const { traceId, spanId, value, at } = exemplar;
  const shown = number(convert === undefined ? value : convert(value));
  return ` # {trace_id="${traceId}",span_id="${spanId}"} ${shown} ${(at / 1000).toFixed(3)}`;
}

function number(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value);
}

/** The format that an `Accept` header prefers. */
export function acceptedFormat(accept: string | undefined): PageFormat {
  const wanted = (accept ?? '').split(',').map((each) => {
    const [type = '', ...parameters] = each.split(';').map((part) => part.trim().toLowerCase());
    const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1';
    return { type, quality: Number(quality) };
  });
  const best = (types: readonly string[]): number =>
    Math.max(0, ...wanted.filter(({ type }) => types.includes(type)).map(({ quality }) => quality));
  const openMetrics = best(['application/openmetrics-text']);
  return openMetrics > 0 && openMetrics >= best(['text/plain', 'text/*']) ? 'openmetrics' : 'text';
}
