import { bindTree } from './bind-tree.ts';
import type { Source } from './source.ts';

/** Values given in code. */
export function object(values: object, name = 'object'): Source {
  return { name, read: ({ shape }) => bindTree(values, shape, () => name) };
}

/** Values fetched from elsewhere, such as a vault: read again at every reload. */
export function provider(name: string, read: (signal: AbortSignal) => object | Promise<object>): Source {
  return { name, read: async ({ shape, signal }) => bindTree(await read(signal), shape, () => name) };
}
