import { asList, isList } from '../json.ts';
import { argument, operator, type Compilation, type Operator } from '../operators/operator.ts';
import { asFrame, climb, member, type Frame } from './frame.ts';

const many = Number.POSITIVE_INFINITY;

/** How a rule reads the data it is about. */
export const dataOperators: Readonly<Record<string, Operator>> = {
  var: operator(0, 2, (compilation) => {
    const [path, fallback] = [argument(compilation, 0), argument(compilation, 1)];
    const [written] = compilation.written;
    const fixed =
      written === null || typeof written === 'string' || typeof written === 'number' ? stepsOf(written) : undefined;
    return (data, key) => {
      const { value } = asFrame(data);
      return walk(value, fixed ?? stepsOf(path(data, key))) ?? fallback(data, key);
    };
  }),
  val: operator(0, many, (compilation) => (data, key) => {
    const { from, path } = locate(compilation, data, key);
    return (from && walk(from.value, path)) ?? null;
  }),
  exists: operator(0, many, (compilation) => (data, key) => {
    const { from, path } = locate(compilation, data, key);
    return from !== undefined && walk(from.value, path) !== undefined;
  }),
  missing: operator(
    0,
    many,
    ({ args }) =>
      (data, key) =>
        missing(
          args.flatMap((run) => run(data, key)),
          data,
        ),
  ),
  missing_some: operator(2, 2, (compilation) => {
    const [least, paths] = [argument(compilation, 0), argument(compilation, 1)];
    return (data, key) => {
      const wanted = asList(paths(data, key));
      const absent = missing(wanted, data);
      return wanted.length - absent.length >= Number(least(data, key)) ? [] : absent;
    };
  }),
};

/** `var` takes a path with dots; none, an empty one or null is the whole. */
function stepsOf(path: unknown): readonly string[] {
  return path === null || path === undefined || path === '' ? [] : String(asStep(path)).split('.');
}

function walk(value: unknown, steps: readonly (string | number)[]): unknown {
  return steps.reduce(member, value);
}

/** `val` and `exists` take a path step by step; a list of one number in front says how far out it starts. */
function locate(
  { args }: Compilation,
  data: unknown,
  key: string,
): { readonly from: Frame | undefined; readonly path: readonly (string | number)[] } {
  const frame = asFrame(data);
  const [first, ...rest] = args.map((run) => run(data, key));
  const isScoped = isList(first);
  const from = isScoped ? climb(frame, Math.abs(Number(first[0] ?? 0))) : frame;
  const path = isScoped ? rest : args.length === 0 ? [] : [first, ...rest];
  return { from, path: path.map(asStep) };
}

/** What is no name names nothing. */
function asStep(step: unknown): string | number {
  return typeof step === 'string' || typeof step === 'number' ? step : JSON.stringify(step);
}

function missing(paths: readonly unknown[], data: unknown): readonly unknown[] {
  const { value } = asFrame(data);
  return paths.filter((path) => {
    const found = walk(value, stepsOf(path));
    return found === undefined || found === null || found === '';
  });
}
