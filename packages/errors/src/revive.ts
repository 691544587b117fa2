import { itemsOf } from './meta.ts';
import { assign } from './plain.ts';

const deepest = 16;

/** Turns tagged JSON back into the values it was made of. Hostile input is safe: an unknown tag stays an object. */
export function fromPlain(value: unknown): unknown {
  return revive(value, deepest);
}

type Revive = (value: unknown) => unknown;

function revive(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || depth === 0) return value;
  const inner: Revive = (item) => revive(item, depth - 1);
  if (Array.isArray(value)) return value.map(inner);
  const { $type: type, value: inside = null } = value as { $type?: unknown; value?: unknown };
  return typeof type === 'string' ? reviveTagged(type, inside, value, inner) : reviveEntries(value, inner);
}

function reviveEntries(value: unknown, inner: Revive): unknown {
  const result: Record<string, unknown> = {};
  const entries: [string, unknown][] = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  for (const [key, item] of entries) assign(result, key, inner(item));
  return result;
}

/** An unknown type is an object that happens to have such a key. */
function reviveTagged(type: string, inside: unknown, whole: object, inner: Revive): unknown {
  switch (type) {
    case 'number':
      return Number(inside);
    case 'bigint':
      return isDigits(inside) ? BigInt(inside) : inside;
    case 'undefined':
      return undefined;
    case 'date':
      return new Date(typeof inside === 'string' ? inside : '');
    case 'url':
      return typeof inside === 'string' && URL.canParse(inside) ? new URL(inside) : inside;
    case 'set':
      return new Set(itemsOf(inside).map(inner));
    case 'map':
      return reviveMap(inside, inner);
    case 'object':
      return reviveEntries(inside, inner);
    default:
      return reviveEntries(whole, inner);
  }
}

function reviveMap(inside: unknown, inner: Revive): unknown {
  const pairs = itemsOf(inside).filter(isPair);
  return new Map(pairs.map(([key, item]) => [inner(key), inner(item)]));
}

function isDigits(value: unknown): value is string {
  return typeof value === 'string' && /^-?\d{1,8192}$/.test(value);
}

function isPair(value: unknown): value is readonly [unknown, unknown] {
  return Array.isArray(value) && value.length === 2;
}
