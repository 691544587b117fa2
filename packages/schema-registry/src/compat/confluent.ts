import { isObject } from '../json/document.ts';

/**
 * A reader's schema as Confluent's registry takes it: a property that has a default need not be there, although JSON Schema
 * says that a default is a note for people.
 *
 * Its source: `REQUIRED_ATTRIBUTE_WITH_DEFAULT_ADDED` and `REQUIRED_PROPERTY_WITH_DEFAULT_ADDED_TO_UNOPEN_CONTENT_MODEL` are
 * compatible changes in that registry's `SchemaDiff`, and `ObjectSchemaDiff` gives these names where the newer schema of a
 * property that became required, or was added to an object that is not open, has a default.
 *
 * That formats say nothing is in `StringSchemaDiff`: it compares lengths and the pattern of two texts, and no format.
 */
export function confluentReader(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(confluentReader);
  if (!isObject(schema)) return schema;
  const entries = Object.entries(schema).map(([key, value]) => [key, isData(key) ? value : confluentReader(value)]);
  const copy = Object.fromEntries(entries) as Record<string, unknown>;
  const { required, properties } = schema;
  if (Array.isArray(required) && isObject(properties)) {
    copy['required'] = required.filter((name) => !hasDefault(properties, name));
  }
  return copy;
}

/** What is under these keywords is data, and may look like a schema. */
function isData(key: string): boolean {
  return key === 'const' || key === 'enum' || key === 'default' || key === 'examples';
}

function hasDefault(properties: object, name: unknown): boolean {
  if (typeof name !== 'string' || !Object.hasOwn(properties, name)) return false;
  const property: unknown = Reflect.get(properties, name);
  return isObject(property) && Object.hasOwn(property, 'default');
}
