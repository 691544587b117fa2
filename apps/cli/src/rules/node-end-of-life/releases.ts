// The release schedule of the Node project, as published at the time of this rule's version. A table instead of the clock:
// the same tree gives the same report on every day.
const ends: ReadonlyMap<number, string> = new Map([
  [16, 'September 2023'],
  [17, 'June 2022'],
  [18, 'April 2025'],
  [19, 'June 2023'],
  [20, 'April 2026'],
  [21, 'June 2024'],
  [23, 'June 2025'],
  [25, 'June 2026'],
]);

const codeNames: ReadonlyMap<string, number> = new Map([
  ['fermium', 14],
  ['gallium', 16],
  ['hydrogen', 18],
  ['iron', 20],
  ['jod', 22],
  ['krypton', 24],
]);

/** When a major version lost its support; undefined while it has it. */
export function endOf(major: number): string | undefined {
  return major < 16 ? 'April 2023 or before' : ends.get(major);
}

/** The major version in `20`, `v20.1.0`, `20.x` or `lts/iron`; undefined when it names none. */
export function majorOf(version: unknown): number | undefined {
  const text = String(version).trim().toLowerCase();
  const [, name] = /^lts\/(\w+)$/.exec(text) ?? [];
  if (name !== undefined) return codeNames.get(name);
  const [, major] = /^v?(\d+)(\.[\dx*]+)*$/.exec(text) ?? [];
  return major === undefined ? undefined : Number(major);
}
