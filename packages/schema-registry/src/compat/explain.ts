import type { SchemaGraph } from '../json/build.ts';
import type { JsonIssue } from '../validate.ts';
import { checkValue } from '../validate.ts';
import type { Comparing } from './compare.ts';
import { changesBetween, type Change } from './changes.ts';
import { hintFor } from './hints.ts';
import { pathText } from '../schema.ts';
import { at } from './place.ts';

/** What kind of change a difference is. */
export type DifferenceType = Change['type'] | 'not-readable' | 'undecided';

/** One change between two versions. */
export interface Difference {
  /** Where in the data, such as `lines[].sku`; empty for the whole value. */
  readonly path: string;
  readonly type: DifferenceType;
  /** True when data of one version is refused by the other because of it. */
  readonly breaking: boolean;
  /** `backward`: the new version reads what the old one wrote. `forward`: the other way round. */
  readonly direction: 'backward' | 'forward';
  /** Which of several old schemas, counted from 1. */
  readonly against?: number;
  /** Data that one version writes and the other refuses. */
  readonly witness?: unknown;
  /** What could be done. */
  readonly hint?: string;
}

interface Asked {
  readonly writer: SchemaGraph;
  readonly reader: SchemaGraph;
  readonly before: SchemaGraph;
  readonly comparing: Comparing;
  readonly direction: Difference['direction'];
  readonly place: number | undefined;
}

interface Explained {
  readonly verdict: 'compatible' | 'breaking' | 'unknown';
  readonly differences: readonly Difference[];
}

/** Changes that get a counter-example of their own. */
const maxWitnesses = 40;

/** Decides one direction, and tells which changes decide it. */
export function explain(asked: Asked): Explained {
  const { writer, reader, before, comparing } = asked;
  const answer = comparing.ask({ all: [writer.root], none: [reader.root] });
  const changes = changesBetween(before.root, reader.root, comparing.isSame);
  const plain = (change: Change): Difference => difference(asked, change, {});
  if (answer.kind === 'none') return { verdict: 'compatible', differences: changes.map(plain) };
  if (answer.kind === 'unknown') {
    const hint = `It could not be decided: ${answer.reason}.`;
    const undecided = difference(asked, { path: [], type: 'undecided' }, { hint });
    return { verdict: 'unknown', differences: [undecided, ...changes.map(plain)] };
  }
  const differences = changes.map((change, index) => (index < maxWitnesses ? tried(asked, change) : plain(change)));
  if (differences.some(({ breaking }) => breaking)) return { verdict: 'breaking', differences };
  return { verdict: 'breaking', differences: [refusal(asked, answer.value), ...differences] };
}

/** A change breaks when data that breaks its rule, at its place, is written by one version and refused by the other. */
function tried(asked: Asked, change: Change): Difference {
  const { writer, reader, comparing } = asked;
  const place = change.isOfParent ? change.path.slice(0, -1) : change.path;
  const answer = comparing.ask({ all: [writer.root, at(place, change.broken)], none: [reader.root] });
  if (answer.kind !== 'found') return difference(asked, change, {});
  return difference(asked, change, {
    breaking: true,
    witness: answer.value,
    hint: hintFor(change.type, asked.direction),
  });
}

/** No single change is to blame: tells where the counter-example is refused. */
function refusal(asked: Asked, witness: unknown): Difference {
  const issues: JsonIssue[] = [];
  checkValue(asked.reader, witness, true, issues);
  const [issue] = issues;
  const hint = issue ? `The reader says of it: ${issue.message}.` : undefined;
  const change = { path: issue?.path.map(String) ?? [], type: 'not-readable' } as const;
  return difference(asked, change, { breaking: true, witness, ...(hint && { hint }) });
}

function difference(
  { direction, place }: Asked,
  { path, type }: { readonly path: readonly string[]; readonly type: DifferenceType },
  more: Partial<Difference>,
): Difference {
  return {
    path: textOf(path),
    type,
    breaking: false,
    direction,
    ...(place !== undefined && { against: place }),
    ...more,
  };
}

function textOf(path: readonly string[]): string {
  return pathText(path)
    .replaceAll('["[]"]', '[]')
    .replaceAll('["*"]', '.*')
    .replaceAll(/\["\[(\d+)\]"\]/g, '[$1]');
}
