// What a contributor returns is copied before anything is sent: hostile getters, cycles and secrets are met here.
import { ManagementErrors } from './errors.ts';

const deepest = 32;
const mostValues = 100_000;
/** Of all texts of one answer together. */
export const mostCharacters = 16_777_216;
const secretName =
  /(pass(word|wd|phrase|code)?|secret|token|credential|authorization|cookie|(api|private|access|secret)[-_.]?key)s?$/i;
const mask = '******';

/** JSON data, or the reason why a value cannot be shown. */
export function toPlain(endpoint: string, value: unknown): unknown {
  const copy: Copy = { endpoint, above: new Set(), left: mostValues, characters: mostCharacters };
  try {
    return copyOf(value, copy);
  } catch (error) {
    if (ManagementErrors.CONTRIBUTOR_UNREADABLE.is(error)) throw error;
    throw unreadable(endpoint, 'a value that throws when it is read', error);
  }
}

/** Hides the password of a URL, wherever one stands in a text. */
export function maskUrls(text: string): string {
  // Up to the last @ before the path: many a password has one in it.
  return text.replaceAll(/(\/\/[^\s/:@]*):[^\s/]+@/g, `$1:${mask}@`);
}

/** Hides what stands under the name of a secret; objects with members of their own are looked into instead. */
export function maskByName(name: string, value: unknown): unknown {
  return secretName.test(name) && isOpaque(value) ? mask : value;
}

/** Whatever shows as a text, a number or a list, also by its `toJSON`. */
function isOpaque(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return ['string', 'number', 'bigint'].includes(typeof value);
  return Symbol.iterator in value ? !(value instanceof Map) : 'toJSON' in value || ArrayBuffer.isView(value);
}

interface Copy {
  readonly endpoint: string;
  readonly above: Set<object>;
  left: number;
  characters: number;
}

function copyOf(value: unknown, copy: Copy): unknown {
  if (typeof value === 'string') return copyText(value, copy);
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'function' || typeof value === 'symbol') return undefined;
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Error) return { name: value.name, message: maskUrls(value.message) };
  // Bytes one by one are of no use to a reader, and may be a key.
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  return copyObject(value, copy);
}

function copyText(text: string, copy: Copy): string {
  copy.characters -= text.length;
  if (copy.characters < 0) throw unreadable(copy.endpoint, `more than ${mostCharacters} characters`);
  return maskUrls(text);
}

function copyObject(value: object, copy: Copy): unknown {
  if (copy.above.has(value)) throw unreadable(copy.endpoint, 'a value that contains itself');
  if (copy.above.size >= deepest) throw unreadable(copy.endpoint, `more than ${deepest} levels of values`);
  copy.left -= 1;
  if (copy.left < 0) throw unreadable(copy.endpoint, `more than ${mostValues} values`);
  copy.above.add(value);
  const result = copyMembers(value, copy);
  copy.above.delete(value);
  return result;
}

function copyMembers(value: object, copy: Copy): unknown {
  if ('toJSON' in value && typeof value.toJSON === 'function') return copyOf(value.toJSON(''), copy);
  if (value instanceof Map) return copyMembers(Object.fromEntries(value), copy);
  if (value instanceof Set) return copyMembers([...value], copy);
  if (Array.isArray(value)) return value.map((item) => copyOf(item, copy) ?? null);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copyOf(maskByName(key, item), copy)]));
}

function unreadable(endpoint: string, problem: string, cause?: unknown): Error {
  return new ManagementErrors.CONTRIBUTOR_UNREADABLE({ endpoint, problem }, { cause });
}
