import type { Node } from '../json/node.ts';
import { made } from './literal.ts';

/** Any item of an array. */
export const anyItem = '[]';
/** Any property. */
export const anyProperty = '*';

/** A schema that accepts values with something at a place, which the node accepts. */
export function at(place: readonly string[], node: Node): Node {
  return place.toReversed().reduce<Node>((inner, step) => within(step, inner), node);
}

function within(step: string, inner: Node): Node {
  const isObject = { types: new Set(['object'] as const) };
  if (step === anyItem) return made({ types: new Set(['array']), contains: inner });
  if (step === anyProperty) return made({ ...isObject, not: made({ additionalProperties: made({ not: inner }) }) });
  const index = /^\[(\d+)\]$/.exec(step)?.[1];
  if (index === undefined) return made({ ...isObject, required: [step], properties: new Map([[step, inner]]) });
  const before = Array.from({ length: Number(index) }, () => made({}));
  return made({ types: new Set(['array']), minItems: before.length + 1, prefixItems: [...before, inner] });
}

/** A schema that accepts what breaks the rules. */
export function not(rules: Parameters<typeof made>[0]): Node {
  return made({ not: made(rules) });
}
