import { equalityKey } from '../canonical.ts';
import { checkInside, fail, type Evaluated, type Run } from '../validate.ts';
import type { Node } from './node.ts';

type Seen = Evaluated | undefined;

/** The keywords that speak of arrays. */
export function checkArray(node: Node, value: unknown, run: Run, seen: Seen): boolean {
  if (!Array.isArray(value)) return true;
  const items: readonly unknown[] = value;
  const { minItems = 0, maxItems = Infinity } = node;
  if (items.length < minItems) return fail(run, 'minItems', `must have at least ${minItems} items`);
  if (items.length > maxItems) return fail(run, 'maxItems', `must have at most ${maxItems} items`);
  if (node.uniqueItems && new Set(items.map(equalityKey)).size < items.length) {
    return fail(run, 'uniqueItems', 'must not have equal items');
  }
  return (
    checkItems(node, items, run, seen) && checkContains(node, items, run, seen) && checkRest(node, items, run, seen)
  );
}

function checkItems(node: Node, items: readonly unknown[], run: Run, seen: Seen): boolean {
  const { prefixItems = [], items: rest } = node;
  if (seen) seen.items = Math.max(seen.items, rest ? items.length : Math.min(prefixItems.length, items.length));
  if (prefixItems.length === 0 && !rest) return true;
  return every(items, run, (item, index) => {
    const rule = prefixItems[index] ?? rest;
    return !rule || checkInside(rule, item, index, run);
  });
}

function every(items: readonly unknown[], run: Run, isFine: (item: unknown, index: number) => boolean): boolean {
  let isValid = true;
  for (const [index, item] of items.entries()) {
    if (isFine(item, index)) continue;
    isValid = false;
    if (!run.issues) return false;
  }
  return isValid;
}

function checkContains(node: Node, items: readonly unknown[], run: Run, seen: Seen): boolean {
  const { contains, minContains = 1, maxContains = Infinity } = node;
  if (!contains) return true;
  const found = [...items.keys()].filter((index) => isContained(contains, items[index], index, run));
  if (seen) for (const index of found) seen.places.add(index);
  if (found.length >= minContains && found.length <= maxContains) return true;
  return fail(run, 'contains', `must have ${minContains} or more fitting items, has ${found.length}`);
}

function isContained(node: Node, item: unknown, index: number, run: Run): boolean {
  const quiet: Run = run.issues ? { ...run, issues: undefined, path: [] } : run;
  return checkInside(node, item, index, quiet);
}

function checkRest(node: Node, items: readonly unknown[], run: Run, seen: Seen): boolean {
  const { unevaluatedItems } = node;
  if (!unevaluatedItems || !seen) return true;
  const isValid = every(items, run, (item, index) => {
    return index < seen.items || seen.places.has(index) || checkInside(unevaluatedItems, item, index, run);
  });
  seen.items = items.length;
  return isValid;
}
