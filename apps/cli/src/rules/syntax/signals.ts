import type { Node } from '../contract.ts';
import { type CallNode, nameOf, textOf } from './expressions.ts';
import { type FunctionNode, inlineFunction } from './functions.ts';

/** The handler that a call registers for this signal, when it is written on the spot. */
export function signalHandler(call: CallNode, signal: string): FunctionNode | undefined {
  const [event, listener]: readonly Node[] = call.arguments;
  const isListening = /^process\.(on|once|addListener|prependListener)$/.test(nameOf(call.callee) ?? '');
  return isListening && textOf(event) === signal ? inlineFunction(listener) : undefined;
}
