import { attributeOf, readAttribute } from './attribute.ts';
import { argument, isLiteral, isTrue, operator, type Compilation, type Operator, type Run } from './operator.ts';

const many = Number.POSITIVE_INFINITY;

/** Conditions and truth. */
export const logic: Readonly<Record<string, Operator>> = {
  if: operator(1, many, choose),
  and: operator(1, many, ({ args }) => (data, key) => {
    let value: unknown;
    for (const run of args) {
      value = run(data, key);
      if (!isTrue(value)) return value;
    }
    return value;
  }),
  or: operator(1, many, ({ args }) => (data, key) => {
    let value: unknown;
    for (const run of args) {
      value = run(data, key);
      if (isTrue(value)) return value;
    }
    return value;
  }),
  '!': operator(1, 1, (compilation) => {
    const run = argument(compilation, 0);
    return (data, key) => !isTrue(run(data, key));
  }),
  '!!': operator(1, 1, (compilation) => {
    const run = argument(compilation, 0);
    return (data, key) => isTrue(run(data, key));
  }),
  '===': strictly(true),
  '!==': strictly(false),
  '==': loosely(true),
  '!=': loosely(false),
  '<': ordered((a, b) => a < b),
  '<=': ordered((a, b) => a <= b),
  '>': ordered((a, b) => a > b, 2),
  '>=': ordered((a, b) => a >= b, 2),
};

/** Condition, result, condition, result, …, else; without an else the answer is null. */
function choose({ args, written }: Compilation): Run {
  const [first = () => null, second, third = () => null] = args;
  if (!second) return first;
  if (args.length <= 3) {
    const [, yes, no = null] = written;
    if (isLiteral(yes) && isLiteral(no)) return (data, key) => (isTrue(first(data, key)) ? yes : no);
    return (data, key) => (isTrue(first(data, key)) ? second(data, key) : third(data, key));
  }
  const last = args.length - (args.length % 2);
  const otherwise = args[last] ?? (() => null);
  return (data, key) => {
    for (let index = 0; index < last; index += 2) {
      if (isTrue(args[index]?.(data, key))) return args[index + 1]?.(data, key);
    }
    return otherwise(data, key);
  };
}

function strictly(answer: boolean): Operator {
  return operator(2, 2, (compilation) => {
    const [a, b] = [argument(compilation, 0), argument(compilation, 1)];
    return (data, key) => (a(data, key) === b(data, key)) === answer;
  });
}

function loosely(answer: boolean): Operator {
  return operator(2, 2, (compilation) => {
    const [a, b] = [argument(compilation, 0), argument(compilation, 1)];
    const [left, right] = compilation.written;
    const name = attributeOf(compilation, 0);
    if (typeof right === 'string' && name !== undefined) return isAttributeText(name, right, answer);
    if (typeof right === 'string') return isLooselyText(a, right, answer);
    if (typeof left === 'string') return isLooselyText(b, left, answer);
    // oxlint-disable-next-line eqeqeq -- JsonLogic defines this operator as JavaScript's own
    return (data, key) => (a(data, key) == b(data, key)) === answer;
  });
}

/** By far the most frequent comparison, and several times faster while both sides are texts. */
function isLooselyText(run: Run, text: string, answer: boolean): Run {
  return (data, key) => {
    const value = run(data, key);
    // oxlint-disable-next-line eqeqeq -- as above
    return (typeof value === 'string' ? value === text : value == text) === answer;
  };
}

function isAttributeText(name: string, text: string, answer: boolean): Run {
  return (data) => {
    const value = readAttribute(data, name);
    // oxlint-disable-next-line eqeqeq -- as above; what is absent is null
    return (typeof value === 'string' ? value === text : (value ?? null) == text) === answer;
  };
}

type Comparable = string | number;

/** With three arguments: whether the second lies between the others. */
function ordered(holds: (a: Comparable, b: Comparable) => boolean, most = 3): Operator {
  const compare = (a: unknown, b: unknown): boolean => {
    if (typeof a === 'string' && typeof b === 'string') return holds(a, b);
    return holds(Number(a), Number(b));
  };
  return operator(2, most, (compilation: Compilation) => {
    const [a, b] = [argument(compilation, 0), argument(compilation, 1)];
    if (compilation.args.length < 3) return (data, key) => compare(a(data, key), b(data, key));
    const c = argument(compilation, 2);
    return (data, key) => {
      const middle = b(data, key);
      return compare(a(data, key), middle) && compare(middle, c(data, key));
    };
  });
}
