import { equalityKey } from '../canonical.ts';
import type { Resource } from '../json/document.ts';
import type { Node, Pattern } from '../json/node.ts';

const resource: Resource = {
  uri: 'json-schema://made/',
  root: true,
  draft: 'draft-2020-12',
  validates: true,
  anchors: new Map(),
  dynamicAnchors: new Map(),
  dynamicNodes: new Map(),
};

/** A schema that accepts the values and no others. */
export function literal(values: readonly unknown[]): Node {
  return made({ enum: values, enumKeys: new Set(values.map(equalityKey)) });
}

export function textNode(pattern?: Pattern): Node {
  return made({ types: new Set(['string']), ...(pattern && { pattern }) });
}

/** A schema that nobody wrote, made of the given rules. */
export function made(rules: Omit<Node, 'location' | 'resource' | 'accepts'>): Node {
  return { location: '#', resource, accepts: true, ...rules };
}
