import { isLeaf, leaf, type Leaf, type Parsed } from '../leaf.ts';
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
  const { check, fallback, expected } = definition;
  // What a foreign schema says of a value may quote the value.
  const conceal = (parsed: Parsed<unknown>): Parsed<Secret<unknown>> =>
    'expected' in parsed ? { expected } : { value: new Secret(parsed.value) };
  return leaf<Secret<unknown>, unknown>({
    ...definition,
    secret: true,
    fallback: fallback && { raw: isSecret(fallback.raw) ? fallback.raw : new Secret(fallback.raw) },
    parse: (raw, context) => {
      const parsed = definition.parse(isSecret(raw) ? raw.reveal() : raw, context);
      return parsed instanceof Promise ? parsed.then(conceal) : conceal(parsed);
    },
    check: check && (async (value) => check(isSecret(value) ? value.reveal() : value)),
  });
}
