import type { Node } from '../contract.ts';
import { type CallNode, lastNameOf, textOf } from './expressions.ts';
import { type FunctionNode, inlineFunction } from './functions.ts';

/** A route as most frameworks register it: `app.get('/orders', handler)`. */
export interface Route {
  readonly path: string;
  /** The last function given, when it is written on the spot. */
  readonly handler?: FunctionNode;
}

/** The route that a call registers, if it does. */
export function routeOf(call: CallNode, ...methods: readonly string[]): Route | undefined {
  const [first]: readonly Node[] = call.arguments;
  const path = textOf(first);
  if (path === undefined || !path.startsWith('/') || !methods.includes(lastNameOf(call.callee) ?? '')) return undefined;
  const handler = inlineFunction(call.arguments.at(-1));
  return handler ? { path, handler } : { path };
}
