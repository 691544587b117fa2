import { argument, operator, type Operator } from './operator.ts';

const many = Number.POSITIVE_INFINITY;

/** Numbers; a text is read as a number where JsonLogic does so. */
export const arithmetic: Readonly<Record<string, Operator>> = {
  '+': fold(1, (values) => values.reduce((sum: number, value) => sum + parse(value), 0)),
  '*': fold(2, (values) => values.reduce((product: number, value) => product * parse(value), 1)),
  '-': operator(1, many, (compilation) => {
    const [a, b] = [argument(compilation, 0), argument(compilation, 1)];
    if (compilation.args.length < 2) return (data, key) => -Number(a(data, key));
    return (data, key) => Number(a(data, key)) - Number(b(data, key));
  }),
  '/': binary((a, b) => a / b),
  '%': binary((a, b) => a % b),
  max: fold(1, (values) => Math.max(...values.map(Number))),
  min: fold(1, (values) => Math.min(...values.map(Number))),
};

function fold(least: number, compute: (values: readonly unknown[]) => number): Operator {
  return operator(
    least,
    many,
    ({ args }) =>
      (data, key) =>
        compute(args.map((run) => run(data, key))),
  );
}

function binary(compute: (a: number, b: number) => number): Operator {
  return operator(2, 2, (compilation) => {
    const [a, b] = [argument(compilation, 0), argument(compilation, 1)];
    return (data, key) => compute(Number(a(data, key)), Number(b(data, key)));
  });
}

function parse(value: unknown): number {
  return typeof value === 'number' ? value : Number.parseFloat(String(value));
}
