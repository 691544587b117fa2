import { asList, isList } from '../json.ts';
import { attributeOf, readAttribute } from './attribute.ts';
import { argument, isTrue, operator, type Compilation, type Operator, type Run } from './operator.ts';

const many = Number.POSITIVE_INFINITY;

/** Lists; the rule of `map`, `filter`, `all`, `none`, `some` and `reduce` sees only the element. */
export const lists: Readonly<Record<string, Operator>> = {
  in: operator(2, 2, compileIn),
  merge: operator(
    1,
    many,
    ({ args }) =>
      (data, key) =>
        args.flatMap((run) => run(data, key)),
  ),
  map: eachElement((list, run) => list.map(run)),
  filter: eachElement((list, run) => list.filter((element) => isTrue(run(element)))),
  all: eachElement((list, run) => list.length > 0 && list.every((element) => isTrue(run(element)))),
  none: eachElement((list, run) => !list.some((element) => isTrue(run(element)))),
  some: eachElement((list, run) => list.some((element) => isTrue(run(element)))),
  reduce: operator(3, 3, (compilation) => {
    const list = argument(compilation, 0);
    const step = compilation.compileLocal(compilation.written[1]);
    const first = argument(compilation, 2);
    return (data, key) => {
      const reducer = (accumulator: unknown, current: unknown): unknown => step({ current, accumulator }, key);
      return asList(list(data, key)).reduce(reducer, first(data, key));
    };
  }),
};

// From this many on, looking a constant up in a set is faster than walking the list.
const setPays = 8;

/** Whether a list has the value, or a text has the part. */
function compileIn(compilation: Compilation): Run {
  const needle = argument(compilation, 0);
  const written = compilation.written[1];
  if (isList(written) && written.length >= setPays && written.every(isPrimitive)) {
    const values = new Set<unknown>(written);
    const name = attributeOf(compilation, 0);
    if (name !== undefined) return (data) => values.has(readAttribute(data, name) ?? null);
    return (data, key) => values.has(needle(data, key));
  }
  const haystack = argument(compilation, 1);
  return (data, key) => {
    const where = haystack(data, key);
    if (isList(where)) return where.includes(needle(data, key));
    return typeof where === 'string' && where !== '' && where.includes(String(needle(data, key)));
  };
}

function eachElement(answer: (list: readonly unknown[], run: (element: unknown) => unknown) => unknown): Operator {
  return operator(2, 2, (compilation) => {
    const list = argument(compilation, 0);
    const run = compilation.compileLocal(compilation.written[1]);
    return (data, key) => answer(asList(list(data, key)), (element) => run(element, key));
  });
}

function isPrimitive(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}
