import type * as NodeUtil from 'node:util';

/** `node:util`, taken when it is used: importing it takes longer than a third of this package. */
export function nodeUtil(): typeof NodeUtil {
  return process.getBuiltinModule('node:util');
}
