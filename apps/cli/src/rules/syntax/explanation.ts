/** The `explain.md` of a built-in rule. It stays in `src`, which is published next to the compiled rules. */
export function explanation(rule: string): URL {
  return new URL(`../../../src/rules/${rule}/explain.md`, import.meta.url);
}
