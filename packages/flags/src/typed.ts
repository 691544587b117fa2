/**
 * Gives the flags the types of their schema.
 *
 * At run time there are only keys and values; the schema exists for the compiler.
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the one place where a type is given, not found
export function typed<T>(value: unknown): T;
export function typed(value: unknown): unknown {
  return value;
}
