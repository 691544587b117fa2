import { node } from './node.ts';
import type { ConfigChange } from './history.ts';
import type { Values } from './resolve.ts';
import { isSecret } from './secret.ts';
import type { CompiledShape } from './shape.ts';

/** The values to put in force, and what that changes. */
export interface Difference {
  readonly values: Values;
  /** The reloadable keys that change. */
  readonly changed: readonly string[];
  /** The keys that would change, but only at a restart. */
  readonly restartNeeded: readonly string[];
}

/** Takes over what may change while the program runs, and keeps the rest. */
export function planChange(shape: CompiledShape, current: Values, next: Values): Difference {
  const values = new Map(current);
  const changed: string[] = [];
  const restartNeeded: string[] = [];
  for (const { key, leaf } of shape.entries.values()) {
    const now = next.get(key);
    const isSame = isEqual(current.get(key)?.value, now?.value);
    if (leaf.reloadable && now !== undefined) values.set(key, now);
    if (!isSame) (leaf.reloadable ? changed : restartNeeded).push(key);
  }
  return { values, changed, restartNeeded };
}

/** The updates that still count: a source that says something new is newer than the update. */
export function keepUpdates(updates: Values, was: Values, now: Values): Values {
  return new Map([...updates].filter(([key]) => isEqual(was.get(key)?.value, now.get(key)?.value)));
}

/** The changed keys with both values; secrets are redacted. */
export function listChanges(
  shape: CompiledShape,
  was: Values,
  now: Values,
  keys: readonly string[],
): readonly ConfigChange[] {
  return keys.map((key) => {
    const isHidden = shape.entries.get(key)?.leaf.secret === true;
    const shown = (values: Values): unknown => (isHidden ? '[redacted]' : values.get(key)?.value);
    return { key, was: shown(was), now: shown(now) };
  });
}

function isEqual(a: unknown, b: unknown): boolean {
  return node.util.isDeepStrictEqual(opened(a), opened(b));
}

// Two secrets look the same from outside.
function opened(value: unknown): unknown {
  if (isSecret(value)) return opened(value.reveal());
  return Array.isArray(value) ? value.map(opened) : value;
}
