import type { Shared } from './dialects/dialect.ts';
import type { FlagDefinition } from './document.ts';
import { deepFreeze, isRecord } from './json.ts';
import type { Snapshot } from './snapshot.ts';
import { prerequisitesIn } from './validate/prerequisites.ts';

/** The keys that differ between two sets of flags. */
export interface Difference {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

export function diffSnapshots(before: Snapshot, after: Snapshot): Difference {
  const [old, now] = [before.flags, after.flags];
  const removed = old.keys.filter((key) => !now.has(key));
  if (old.keys.length === removed.length) return { added: now.keys, removed, changed: [] };
  const added: string[] = [];
  const changed: string[] = [];
  const askers: string[] = [];
  for (const key of now.keys) {
    const text = textOf(now.definition(key), after.shared);
    if (text.includes('"flag"')) askers.push(key);
    if (!old.has(key)) added.push(key);
    else if (textOf(old.definition(key), before.shared) !== text) changed.push(key);
  }
  if (askers.length === 0 || added.length + removed.length + changed.length === 0) return { added, removed, changed };
  const touched = withAskers(new Set([...added, ...removed, ...changed]), askers, after);
  return { added, removed, changed: now.keys.filter((key) => touched.has(key) && old.has(key)) };
}

/** The keys, and those of the flags that ask for one of them, directly or not. */
function withAskers(keys: ReadonlySet<string>, askers: readonly string[], { flags, shared }: Snapshot): Set<string> {
  const evaluators: unknown = JSON.parse(shared.evaluators || '{}');
  const askersOf = new Map<string, string[]>();
  for (const asker of askers) {
    const definition = flags.definition(asker);
    const rule = isRecord(definition) ? definition['targeting'] : undefined;
    for (const { key } of prerequisitesIn(rule, '', isRecord(evaluators) ? evaluators : {})) {
      const list = askersOf.get(key);
      if (list) list.push(asker);
      else askersOf.set(key, [asker]);
    }
  }
  const touched = new Set(keys);
  // A set that grows while it is walked is walked to its end.
  for (const key of touched) for (const asker of askersOf.get(key) ?? []) touched.add(asker);
  return touched;
}

/** One flag that differs between two sets: its definition in both, where it has one. */
export interface FlagDifference {
  readonly key: string;
  readonly before?: FlagDefinition;
  readonly after?: FlagDefinition;
}

/** What the keys of a difference stand for. */
export function differencesOf(before: Snapshot, after: Snapshot, difference: Difference): readonly FlagDifference[] {
  const { added, removed, changed } = difference;
  return [...added, ...removed, ...changed].map((key) => {
    const old = before.flags.get(key)?.definition;
    const current = after.flags.get(key)?.definition;
    return { key, ...(old && { before: deepFreeze(old) }), ...(current && { after: deepFreeze(current) }) };
  });
}

/** All that a flag's answers depend on; shared rules only if it names one. */
function textOf(definition: unknown, { evaluators, metadata }: Shared): string {
  const text = JSON.stringify(definition) ?? '';
  return [text, metadata, text.includes('"$ref"') ? evaluators : ''].join('\n');
}
