import type { Shared } from './dialects/dialect.ts';
import type { FlagDefinition } from './document.ts';
import { deepFreeze } from './json.ts';
import type { Snapshot } from './snapshot.ts';

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
  for (const key of now.keys) {
    if (!old.has(key)) added.push(key);
    else if (textOf(old.definition(key), before.shared) !== textOf(now.definition(key), after.shared))
      changed.push(key);
  }
  return { added, removed, changed };
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
