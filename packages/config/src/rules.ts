import { findEntry } from './config.ts';
import type { Environment } from './environment.ts';
import type { Problem } from './problems.ts';
import type { Values } from './resolve.ts';
import type { CompiledShape, KeyOf, Shape, ValueAt } from './shape.ts';

/**
 * What no single key can tell, such as that one number must be above another. It gets values by key, and is left out while
 * one that it asks for is itself wrong: all others still run, and all problems are told at once.
 */
export type Rule<S extends Shape = Shape> = (
  get: <Key extends KeyOf<S>>(key: Key) => ValueAt<S, Key>,
  environment: Environment,
) => BrokenRule<S> | undefined;

/** Says that a rule is broken, and by which key, whose source is told. */
export interface BrokenRule<S extends Shape = Shape> {
  readonly key: KeyOf<S>;
  /** What is wrong and what to do. Values of secrets do not belong in it. */
  readonly message: string;
}

/** A rule for values of a shape that is not known any more. */
export type AnyRule = (
  get: (key: string) => unknown,
  environment: Environment,
) => { readonly key: string; readonly message: string } | undefined;

/** All broken rules, in their order. */
export function checkRules(
  shape: CompiledShape,
  values: Values,
  rules: readonly AnyRule[],
  environment: Environment,
): readonly Problem[] {
  const get = (key: string): unknown => {
    const resolved = values.get(findEntry(shape, key).key);
    if (resolved === undefined) throw notValid;
    return resolved.value;
  };
  return rules.flatMap((rule) => {
    const broken = unlessNotValid(() => rule(get, environment));
    if (broken === undefined) return [];
    const { key, message } = broken;
    return [{ key: findEntry(shape, key).key, source: values.get(key)?.source() ?? 'default', message }];
  });
}

/** Thrown out of a rule that asks for a value that is itself a problem. */
const notValid: unique symbol = Symbol('not valid');

function unlessNotValid<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (error === notValid) return undefined;
    throw error;
  }
}
