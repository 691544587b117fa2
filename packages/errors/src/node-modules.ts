// Modules of Node, taken when they are used: importing them takes longer than half of this package.
import type * as NodeTimers from 'node:timers/promises';
import type * as NodeUrl from 'node:url';
import type * as NodeUtil from 'node:util';
import type * as NodeTypes from 'node:util/types';

let types: typeof NodeTypes | undefined;

/** Kept, because every value that is read asks it. */
export function nodeTypes(): typeof NodeTypes {
  return (types ??= process.getBuiltinModule('node:util/types'));
}

export function nodeUtil(): typeof NodeUtil {
  return process.getBuiltinModule('node:util');
}

export function nodeUrl(): typeof NodeUrl {
  return process.getBuiltinModule('node:url');
}

export function nodeTimers(): typeof NodeTimers {
  return process.getBuiltinModule('node:timers/promises');
}
