// How long does a check of compatibility take, on public schemas and on one that was made to be hard?
// Standard output carries one line of JSON for each case; explanations go to standard error.
import { checkCompatibility, type Comparable } from '@seaworthy/schema-registry';
import { editedSteps, publishedSteps, type Step } from './public-schemas.ts';

const isQuick = process.argv.includes('--quick');
const rounds = isQuick ? 1 : 5;
const options = { draft: 'draft-07' } as const;

measureSteps('edits of public schemas, p95', editedSteps(), 50);
measureSteps('published versions of AsyncAPI, slowest', publishedSteps(), null);
measureHard('a recursive oneOf of 12 × 5, told apart by a constant', told, 1_000);
measureHard('a recursive oneOf of 12 × 5, told apart by nothing', blind, 1_000);

/** The median of some rounds for each step, and of those the 95th percentile, or the slowest. */
function measureSteps(name: string, steps: readonly Step[], target: number | null): void {
  const verdicts: Record<string, number> = {};
  const times = steps.map(({ from, to, name: step }) => {
    const samples = Array.from({ length: rounds }, () => timed(from, to));
    const { verdict } = samples[0] ?? { verdict: 'none' };
    verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
    return { step, ms: median(samples.map(({ ms }) => ms)) };
  });
  const sorted = times.toSorted((left, right) => left.ms - right.ms);
  const place = target === null ? sorted.length - 1 : Math.ceil(sorted.length * 0.95) - 1;
  const ms = sorted[place]?.ms ?? Number.NaN;
  const slowest = sorted.slice(-3).map(({ step, ms }) => `\n  ${ms.toFixed(1)} ms  ${step}`);
  process.stderr.write(`${name}: ${steps.length} checks, ${JSON.stringify(verdicts)}${slowest.join('')}\n`);
  tell(name, ms, target);
}

function measureHard(name: string, schema: (type: string) => Comparable, target: number): void {
  const [from, to] = [schema('number'), schema('integer')];
  const both = [timed(from, to), timed(to, from)];
  process.stderr.write(`${name}: ${both.map(({ verdict, ms }) => `${verdict} in ${ms.toFixed(0)} ms`).join(', ')}\n`);
  tell(name, Math.max(...both.map(({ ms }) => ms)), target);
}

function timed(from: Comparable, to: Comparable): { readonly ms: number; readonly verdict: string } {
  const startedAt = process.hrtime.bigint();
  const { verdict } = checkCompatibility(from, to, 'BACKWARD', options);
  return { ms: Number(process.hrtime.bigint() - startedAt) / 1e6, verdict };
}

function told(type: string): Comparable {
  return choice(
    type,
    (index) => ({ properties: { p0: { const: `kind ${index}` } }, required: ['p0'] }),
    () => '',
  );
}

function blind(type: string): Comparable {
  return choice(
    type,
    () => ({ properties: {} }),
    (index) => `${index}`,
  );
}

/** Twelve objects of five properties, one of which is the choice again; in one of them, one property has the type. */
function choice(
  type: string,
  shape: (index: number) => { readonly properties: object },
  prefix: (index: number) => string,
): Comparable {
  const properties = (index: number): object => ({
    [`p${prefix(index)}1`]: { $ref: '#/definitions/node' },
    [`p${prefix(index)}2`]: { type: 'string' },
    [`p${prefix(index)}3`]: { type: index === 7 ? type : 'number' },
    [`p${prefix(index)}4`]: { type: 'boolean' },
    [`p${prefix(index)}5`]: { type: 'null' },
  });
  const branch = (_: unknown, index: number): object => {
    const { properties: own, ...more } = shape(index);
    return { type: 'object', ...more, properties: { ...properties(index), ...own } };
  };
  return { $ref: '#/definitions/node', definitions: { node: { oneOf: Array.from({ length: 12 }, branch) } } };
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function tell(name: string, value: number, target: number | null): void {
  const rounded = Number(value.toPrecision(4));
  const line = { package: 'schema-registry', case: name, peer: null, value: rounded, unit: 'ms', ratio: null };
  const holds = target === null || rounded < target;
  process.stdout.write(`${JSON.stringify({ ...line, better: 'lower', target, holds })}\n`);
}
