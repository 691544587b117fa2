import { isLeaf, leaf, type Leaf } from '../leaf.ts';
import { isSecret, Secret } from '../secret.ts';
import type { StandardSchema } from '../standard.ts';
import { standard } from './standard.ts';
import { string } from './text.ts';

/** A value that nothing prints: read it with `.reveal()`. */
export function secret(): Leaf<Secret, string>;
export function secret<T, Input>(inner: Leaf<T, Input>): Leaf<Secret<T>, Input>;
export function secret<T>(inner: StandardSchema<unknown, T>): Leaf<Secret<T>, unknown>;
export function secret(inner: Leaf<unknown, never> | StandardSchema = string()): Leaf<Secret<unknown>, unknown> {
  const definition = (isLeaf(inner) ? inner : standard(inner))['~leaf'];
  const { check } = definition;
  return leaf<Secret<unknown>, unknown>({
    ...definition,
    secret: true,
    parse: async (raw, context) => {
      const parsed = await definition.parse(raw, context);
      // What a foreign schema says of a value may quote the value.
      return 'expected' in parsed ? { expected: definition.expected } : { value: new Secret(parsed.value) };
    },
    check: check && (async (value) => check(isSecret(value) ? value.reveal() : value)),
  });
}
