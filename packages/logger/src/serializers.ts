import { expectObject, expectType } from './expect-option.ts';
import { guardedMembers, isError, readMember, unreadable } from './encode/read.ts';

/**
 * How fields of these names are written, as in pino: each function gets the value and gives what stands for it. Errors are
 * written as always.
 */
export type Serializers = Readonly<Record<string, (value: never) => unknown>>;

/** @throws INVALID_OPTION */
export function checkSerializers(serializers: unknown): void {
  if (serializers === undefined) return;
  expectObject('serializers', serializers);
  // pino keeps some of its own under symbols.
  for (const [key, value] of Object.entries(serializers)) expectType(`serializers.${key}`, value, 'function');
}

/** The fields with what their serializers give, before anything is hidden. Never throws. */
export function serialize(fields: object, serializers: Serializers): object {
  let serialized: Record<string, unknown> | undefined;
  for (const key of Object.keys(serializers)) {
    const value = hasOwn(fields, key) ? readMember(fields, key) : undefined;
    if (value === undefined || isError(value)) continue;
    serialized ??= guardedMembers(fields);
    serialized[key] = run(serializers[key], value);
  }
  return serialized ?? fields;
}

function run(serializer: Serializers[string] | undefined, value: unknown): unknown {
  try {
    return serializer === undefined ? value : serializer(value as never);
  } catch (error) {
    return unreadable(error);
  }
}

function hasOwn(fields: object, key: string): boolean {
  try {
    return Object.hasOwn(fields, key);
  } catch {
    return false;
  }
}
