import { asList } from '../json.ts';
import { argument, isTrue, operator, type Operator } from '../operators/operator.ts';
import { inside } from './frame.ts';

/** The operators that look at each element of a list; their rule sees the element, and `val` also what lies around it. */
export const listOperators: Readonly<Record<string, Operator>> = {
  map: eachElement((list, run) => list.map(run)),
  filter: eachElement((list, run) => list.filter((element, index) => isTrue(run(element, index)))),
  all: eachElement((list, run) => list.length > 0 && list.every((element, index) => isTrue(run(element, index)))),
  none: eachElement((list, run) => !list.some((element, index) => isTrue(run(element, index)))),
  some: eachElement((list, run) => list.some((element, index) => isTrue(run(element, index)))),
  reduce: operator(2, 3, (compilation) => {
    const [list, step, first] = [argument(compilation, 0), argument(compilation, 1), argument(compilation, 2)];
    return (data, key) => {
      const reducer = (accumulator: unknown, current: unknown): unknown =>
        step(inside(data, { current, accumulator }), key);
      return asList(list(data, key)).reduce(reducer, first(data, key));
    };
  }),
  length: operator(1, 1, (compilation) => {
    const run = argument(compilation, 0);
    return (data, key) => {
      const value = run(data, key);
      return typeof value === 'string' || Array.isArray(value) ? value.length : null;
    };
  }),
};

type Look = (element: unknown, index: number) => unknown;

function eachElement(answer: (list: readonly unknown[], run: Look) => unknown): Operator {
  return operator(2, 2, (compilation) => {
    const [list, rule] = [argument(compilation, 0), argument(compilation, 1)];
    return (data, key) =>
      answer(asList(list(data, key)), (element, index) => rule(inside(data, element, { index }), key));
  });
}
