/**
 * Gives a value the type of the reference it was registered under.
 *
 * The registry keeps unknown values; `provide`, `contribute` and `on` have checked them against the same reference.
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the one place where a type is given, not found
export function typed<T>(value: unknown): T;
export function typed(value: unknown): unknown {
  return value;
}
