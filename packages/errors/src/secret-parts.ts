import { isList, read } from './meta.ts';
import { nodeTypes } from './node-modules.ts';
import { toPlain } from './plain.ts';
import type { JsonValue } from './plain.ts';
import { longest, noteSecret } from './secrets.ts';
import type { Secrets } from './secrets.ts';
import { safeText } from './template.ts';

/** So many parts of a secret object are looked at; also what is nested deeper than any output shows. */
const mostParts = 2_000;

/** Notes a secret value; an object gives away as little as its parts. What every text may hold, such as `true`, is none. */
export function noteSecrets(secret: unknown, secrets: Secrets): void {
  if (typeof secret === 'object' && secret !== null) noteJson(toPlain(secret, 'readable'), secrets);
  // A set is gone through to its end, also what is added on the way, and has each part once: cycles end.
  const parts = new Set([secret]);
  for (const part of parts) {
    for (const text of textsOf(part)) noteSecret(text, secrets);
    for (const inner of innerOf(part)) if (parts.size < mostParts) parts.add(inner);
  }
}

/** An object as it stands in the JSON of another. */
function noteJson(part: JsonValue, secrets: Secrets): void {
  if (typeof part === 'string' || typeof part === 'number') noteSecret(String(part), secrets);
  else if (typeof part === 'object' && part !== null) {
    noteSecret(JSON.stringify(part), secrets);
    for (const inner of Object.values(part)) noteJson(inner, secrets);
  }
}

function textsOf(part: unknown): readonly string[] {
  if (typeof part === 'string') return [part];
  if (typeof part === 'number' || typeof part === 'bigint') return [String(part)];
  if (typeof part !== 'object' || part === null) return [];
  if (ArrayBuffer.isView(part)) return textsOfBytes(part);
  const text = nodeTypes().isNativeError(part) ? '' : safeText(() => part);
  // "[object Object]" is none of its own.
  return text.startsWith('[') ? [] : [text];
}

/** Keys are bytes, and are written in many ways. */
function textsOfBytes({ buffer, byteOffset, byteLength }: ArrayBufferView): readonly string[] {
  const bytes = Buffer.from(buffer, byteOffset, Math.min(byteLength, longest));
  return (['utf8', 'hex', 'base64', 'base64url'] as const).map((encoding) => bytes.toString(encoding));
}

function innerOf(part: unknown): readonly unknown[] {
  if (typeof part !== 'object' || part === null || ArrayBuffer.isView(part)) return [];
  try {
    const types = nodeTypes();
    if (types.isMap(part)) return [...part].flat();
    if (types.isSet(part)) return [...part];
    if (types.isNativeError(part)) return [part.message, part.cause, ...Object.values(part)];
    return isList(part) ? part.slice(0, mostParts) : Object.keys(part).map((key) => read(part, key));
  } catch {
    return [];
  }
}
