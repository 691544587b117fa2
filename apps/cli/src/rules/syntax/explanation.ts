/** The `explain.md` of a built-in rule. It stays in `src`, which is published beside what is built of it. @param rule Its folder, seen from that of the rules */
export function explanation(rule: string): URL {
  // Modules are joined at the top of the build.
  const isSource = import.meta.url.endsWith('.ts');
  const rules = isSource ? new URL('../', import.meta.url) : new URL('../src/rules/', import.meta.url);
  return new URL(`${rule}/explain.md`, rules);
}
