import { arithmetic } from './arithmetic.ts';
import { data } from './data.ts';
import { fractional } from './fractional.ts';
import { lists } from './lists.ts';
import { logic } from './logic.ts';
import type { Operator } from './operator.ts';
import { prerequisite } from './prerequisite.ts';
import { text } from './text.ts';

/** All operators of flagd's targeting rules and our own `flag`, by name. */
export const operators: ReadonlyMap<string, Operator> = new Map(
  Object.entries({ ...logic, ...arithmetic, ...text, ...lists, ...data, ...fractional, ...prerequisite }),
);
