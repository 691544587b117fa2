import { isList, isRecord } from '../json.ts';
import { at, show, type FlagProblem } from './problem.ts';

type Table = Readonly<Record<string, unknown>>;

/** A place where a rule asks for another flag. */
export interface Prerequisite {
  readonly path: string;
  readonly key: string;
  readonly variant: string;
  /** Inside a list operator, which sees an element and no context. */
  readonly isLocal: boolean;
}

/** The operators whose second argument sees only the element of a list. */
export const listOperators: ReadonlySet<string> = new Set(['map', 'filter', 'all', 'none', 'some', 'reduce']);

/** The flags that a rule asks for, also through `$ref`; without evaluators, only what is written in it. */
export function prerequisitesIn(rule: unknown, path: string, evaluators: Table = {}): readonly Prerequisite[] {
  const found: Prerequisite[] = [];
  const seen = new Set<string>();
  const todo: { rule: unknown; path: string; isLocal: boolean }[] = [{ rule, path, isLocal: false }];
  for (let step = todo.pop(); step; step = todo.pop()) {
    const { isLocal, path: place } = step;
    if (isList(step.rule)) {
      for (const [index, item] of step.rule.entries()) todo.push({ rule: item, path: at(place, index), isLocal });
    }
    if (!isRecord(step.rule)) continue;
    for (const [name, value] of Object.entries(step.rule)) {
      const where = at(place, name);
      if (name === '$ref' && typeof value === 'string') {
        const id = `${isLocal} ${value}`;
        if (Object.hasOwn(evaluators, value) && !seen.has(id)) {
          todo.push({ rule: evaluators[value], path: place, isLocal });
        }
        seen.add(id);
      } else if (name === 'flag' && isList(value)) {
        const [key, variant] = value;
        if (typeof key === 'string' && typeof variant === 'string') found.push({ path: where, key, variant, isLocal });
      } else if (listOperators.has(name) && isList(value)) {
        for (const [index, item] of value.entries()) {
          todo.push({ rule: item, path: at(where, index), isLocal: isLocal || index === 1 });
        }
      } else todo.push({ rule: value, path: where, isLocal });
    }
  }
  return found;
}

/** Flags and variants that are asked for and do not exist, and flags that lead back to themselves. */
export function prerequisiteProblems(
  flags: Table,
  evaluators: Table,
  askers: ReadonlySet<string>,
): readonly FlagProblem[] {
  const problems: FlagProblem[] = [];
  for (const [name, rule] of Object.entries(evaluators)) {
    for (const { path, message } of wrongIn(prerequisitesIn(rule, at('$evaluators', name)), flags)) {
      problems.push({ path, message, evaluator: name });
    }
  }
  const edges = new Map<string, readonly string[]>();
  for (const key of askers) {
    const flag = flags[key];
    const rule = isRecord(flag) ? flag['targeting'] : undefined;
    const asked = prerequisitesIn(rule, at(at('flags', key), 'targeting'), evaluators);
    edges.set(
      key,
      asked.map((one) => one.key),
    );
    for (const { path, message } of wrongIn(asked, flags)) problems.push({ path, message, flag: key });
  }
  return [...problems, ...circleProblems(edges)];
}

function wrongIn(asked: readonly Prerequisite[], flags: Table): readonly { path: string; message: string }[] {
  return asked.flatMap(({ path, key, variant, isLocal }) => {
    if (isLocal) return [{ path, message: 'stands in a list operator, which sees only elements; ask outside of it' }];
    if (!Object.hasOwn(flags, key)) return [{ path, message: `asks for the flag ${show(key)}, which is not there` }];
    const flag = flags[key];
    const variants = isRecord(flag) && isRecord(flag['variants']) ? flag['variants'] : {};
    if (Object.hasOwn(variants, variant)) return [];
    const known = Object.keys(variants).join(', ');
    return [{ path, message: `asks for ${show(variant)} of ${show(key)}, which is no variant; there are ${known}` }];
  });
}

function circleProblems(edges: ReadonlyMap<string, readonly string[]>): readonly FlagProblem[] {
  const problems = new Map<string, FlagProblem>();
  for (const circle of circlesIn(edges)) {
    for (const [index, flag] of circle.entries()) {
      const way = [...circle.slice(index), ...circle.slice(0, index), flag].join(' → ');
      const message = `leads back to itself: ${way}`;
      if (!problems.has(flag)) problems.set(flag, { path: at('flags', flag), message, flag });
    }
  }
  return [...problems.values()];
}

/** Walks without recursion: a chain may be as long as the document. */
function* circlesIn(edges: ReadonlyMap<string, readonly string[]>): Generator<readonly string[]> {
  const done = new Set<string>();
  for (const start of edges.keys()) {
    const way = new Set<string>();
    const todo = [{ key: start, isLeft: false }];
    for (let step = todo.pop(); step; step = todo.pop()) {
      const { key, isLeft } = step;
      if (isLeft) {
        way.delete(key);
        done.add(key);
      } else if (way.has(key)) {
        const keys = [...way];
        yield keys.slice(keys.indexOf(key));
      } else if (!done.has(key)) {
        way.add(key);
        todo.push({ key, isLeft: true }, ...(edges.get(key) ?? []).map((next) => ({ key: next, isLeft: false })));
      }
    }
  }
}
