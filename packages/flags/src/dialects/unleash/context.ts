import { isRecord } from '../../json.ts';

/** Reads a field of Unleash's context as text; undefined if it is not there. */
export type ReadField = (context: object, field: string) => string | undefined;

/**
 * A field stands in the context itself or in its `properties`; `userId` is the targeting key if there is no such field.
 *
 * @param base What lies under the context of each call.
 */
export function createReader(base: Readonly<Record<string, unknown>>): ReadField {
  const find = (context: object, field: string): unknown => {
    if (Object.hasOwn(context, field)) return Reflect.get(context, field);
    const properties: unknown = Reflect.get(context, 'properties');
    if (isRecord(properties) && Object.hasOwn(properties, field)) return properties[field];
    return Object.hasOwn(base, field) ? base[field] : undefined;
  };
  return (context, field) => {
    const value = find(context, field) ?? (field === 'userId' ? find(context, 'targetingKey') : undefined);
    if (value instanceof Date) return value.toISOString();
    return typeof value === 'string' ? value : asText(value);
  };
}

function asText(value: unknown): string | undefined {
  return typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint'
    ? String(value)
    : undefined;
}
