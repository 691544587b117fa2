/** One measured case, as a benchmark prints it: one line of JSON on standard output. */
export interface Result {
  readonly package: string;
  /** What was measured: `create, throw and catch`. */
  readonly case: string;
  /** What it was compared with; null when it stands alone. */
  readonly peer: string | null;
  readonly value: number;
  readonly unit: string;
  /** This value divided by the peer's; null without a peer. */
  readonly ratio: number | null;
  /** Which way is better. */
  readonly better: 'lower' | 'higher';
  /** What the value or the ratio is held to; null when it is only told. */
  readonly target: string | number | null;
  readonly holds: boolean;
}

const number = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value);
const text = (value: unknown): boolean => typeof value === 'string' && value !== '';

const fields: Readonly<Record<keyof Result, { readonly says: string; readonly holds: (value: unknown) => boolean }>> = {
  package: { says: 'a name', holds: text },
  case: { says: 'a text', holds: text },
  peer: { says: 'a name or null', holds: (value) => value === null || text(value) },
  value: { says: 'a finite number', holds: number },
  unit: { says: 'a text', holds: text },
  ratio: { says: 'a finite number or null', holds: (value) => value === null || number(value) },
  better: { says: '"lower" or "higher"', holds: (value) => value === 'lower' || value === 'higher' },
  target: { says: 'a number, a text or null', holds: (value) => value === null || number(value) || text(value) },
  holds: { says: 'true or false', holds: (value) => typeof value === 'boolean' },
};

/** What is wrong with a printed line, or the result it is. */
export function parseResult(line: string): { readonly result: Result } | { readonly problem: string } {
  const value = parseJson(line);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { problem: 'it is no JSON object' };
  for (const [name, { says, holds }] of Object.entries(fields)) {
    const found: unknown = Reflect.get(value, name);
    if (!holds(found)) return { problem: `"${name}" must be ${says} and is ${JSON.stringify(found) ?? 'missing'}` };
  }
  return { result: value as Result };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
