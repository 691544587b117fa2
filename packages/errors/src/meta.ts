import { mark } from './brand.ts';
import type { ErrorMeta, Severity } from './types.ts';

export const severities: readonly Severity[] = ['fatal', 'error', 'warning', 'info'];

/** Reads one property; a throwing getter reads as undefined. */
export function read(value: unknown, key: PropertyKey): unknown {
  if ((typeof value !== 'object' || value === null) && typeof value !== 'function') return undefined;
  try {
    return Reflect.get(value, key);
  } catch {
    return undefined;
  }
}

/** `Array.isArray` throws for a revoked Proxy. */
export function isList(value: unknown): value is readonly unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}

/** The items of a list that may be anything; an angry one has none. */
export function itemsOf(value: unknown): readonly unknown[] {
  try {
    return Array.isArray(value) ? [...value] : [];
  } catch {
    return [];
  }
}

const checked = new WeakMap<object, ErrorMeta>();

/** The catalogue's entry of one of our errors, safe to read; undefined for anything else. */
export function metaOf(value: unknown): ErrorMeta | undefined {
  if (!mark.isMarked(value)) return undefined;
  const code = read(value, 'code');
  if (typeof code !== 'string') return undefined;
  const meta = read(value, 'meta');
  if (typeof meta !== 'object' || meta === null) return { code, message: '' };
  const known = checked.get(meta);
  if (known?.code === code) return known;
  const copy = copyMeta(meta, code);
  checked.set(meta, copy);
  return copy;
}

function typeOf(key: keyof ErrorMeta): string {
  if (key === 'httpStatus' || key === 'exitCode') return 'number';
  return key === 'retryable' || key === 'expose' ? 'boolean' : 'string';
}

/** The mark can be forged and another copy of this package may be older: nothing in a meta is taken on trust. */
function copyMeta(meta: object, code: string): ErrorMeta {
  const draft: { -readonly [Key in keyof ErrorMeta]: ErrorMeta[Key] } = { code, message: '' };
  const sensitive = read(meta, 'sensitive');
  if (sensitive !== undefined) draft.sensitive = itemsOf(sensitive).filter((name) => typeof name === 'string');
  for (const key of ['message', 'help', 'docs', 'httpStatus', 'exitCode', 'retryable', 'expose'] as const) {
    const value = read(meta, key);
    if (typeof value === typeOf(key)) Object.assign(draft, { [key]: value });
  }
  const severity = severities.find((word) => word === read(meta, 'severity'));
  return severity === undefined ? draft : { ...draft, severity };
}
