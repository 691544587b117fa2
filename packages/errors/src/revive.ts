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
  const reviver = typeof type === 'string' ? revivers.get(type) : undefined;
  return reviver === undefined ? reviveEntries(value, inner) : reviver(inside, inner);
}

function reviveEntries(value: unknown, inner: Revive): unknown {
  const result: Record<string, unknown> = {};
  const entries: [string, unknown][] = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  for (const [key, item] of entries) assign(result, key, inner(item));
  return result;
}

const revivers: ReadonlyMap<string, (value: unknown, inner: Revive) => unknown> = new Map<
  string,
  (value: unknown, inner: Revive) => unknown
>([
  ['number', Number],
  ['bigint', (value) => (isDigits(value) ? BigInt(value) : value)],
  ['undefined', () => undefined],
  ['date', (value) => new Date(typeof value === 'string' ? value : '')],
  ['url', (value) => (typeof value === 'string' && URL.canParse(value) ? new URL(value) : value)],
  ['set', (value, inner) => new Set(listOf(value).map(inner))],
  [
    'map',
    (value, inner) =>
      new Map(
        listOf(value)
          .filter(isPair)
          .map(([key, item]) => [inner(key), inner(item)]),
      ),
  ],
  ['object', reviveEntries],
]);

function isDigits(value: unknown): value is string {
  return typeof value === 'string' && /^-?\d{1,8192}$/.test(value);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isPair(value: unknown): value is readonly [unknown, unknown] {
  return Array.isArray(value) && value.length === 2;
}
