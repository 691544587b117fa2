import { kindOf, type Problem } from '../problems.ts';
import type { CompiledShape, Group } from '../shape.ts';
import { closest } from '../suggest.ts';
import type { Candidate, Reading } from './source.ts';

/** Tells where a value, or the name of a value, stands: `config/default.json:3:13`. */
export type Locate = (path: readonly string[], part: 'name' | 'value') => string;

/**
 * Matches nested objects against the shape. `undefined` says nothing. `null` takes back what lower layers said, for a key
 * or for all keys of a group, as in a JSON Merge Patch (RFC 7396).
 */
export function bindTree(tree: unknown, shape: CompiledShape, locate: Locate): Reading {
  const values = new Map<string, Candidate>();
  const problems: Problem[] = [];

  const visit = (value: unknown, group: Group, path: readonly string[]): void => {
    if (!isObject(value)) {
      problems.push(notAGroup(value, path, locate));
      return;
    }
    for (const name of Object.keys(value)) {
      const inner: unknown = Reflect.get(value, name);
      const known = group.members.get(name);
      if (known === undefined) {
        if (path.length > 0 || name !== '$schema') problems.push(unknownKey(path, name, group, shape, locate));
      } else if ('members' in known) {
        const here = [...path, name];
        if (inner === null) takeBack(known, () => locate(here, 'value'), values);
        else if (inner !== undefined) visit(inner, known, here);
      } else if (inner !== undefined) {
        values.set(known.key, { raw: inner, text: false, source: () => locate(known.path, 'value') });
      }
    }
  };

  visit(tree, shape.root, []);
  return { values, problems };
}

function takeBack({ members }: Group, source: () => string, values: Map<string, Candidate>): void {
  for (const member of members.values()) {
    if ('members' in member) takeBack(member, source, values);
    else values.set(member.key, { raw: null, text: false, source });
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// The value is not shown: it may be a connection string put one level too high.
function notAGroup(value: unknown, path: readonly string[], locate: Locate): Problem {
  return {
    key: path.join('.'),
    source: locate(path, 'value'),
    message: `expected an object with keys, got ${kindOf(value)}.`,
  };
}

// The value of an unknown key is never shown: it may be a secret with a mistyped name.
function unknownKey(
  path: readonly string[],
  name: string,
  group: Group,
  shape: CompiledShape,
  locate: Locate,
): Problem {
  const here = [...path, name];
  const problem: Problem = { key: here.join('.'), source: locate(here, 'name'), message: 'unknown key.' };
  const sibling = closest(name, group.members.keys());
  const meant = sibling === undefined ? elsewhere(name, shape) : [...path, sibling].join('.');
  return meant === undefined ? problem : { ...problem, suggestion: `Did you mean "${meant}"?` };
}

/** A key of that name in another group: `port` instead of `server.port`. */
function elsewhere(name: string, shape: CompiledShape): string | undefined {
  const found = [...shape.entries.values()].filter((entry) => entry.path.at(-1) === name);
  return found.length === 1 ? found[0]?.key : closest(name, shape.entries.keys());
}
