import { z } from 'zod';

export const tree = z.object({
  name: z.string(),
  get children() {
    return z.array(tree);
  },
});

const node = z.object({
  value: z.int(),
  get next() {
    return node.optional();
  },
});

export const json: z.ZodType = z.lazy(() => z.union([z.string(), z.number(), z.array(json)]));

/** Schemas of every kind, which the tests turn into types and examples. */
export const kinds = {
  Plain: z.object({ id: z.string(), qty: z.int(), big: z.bigint(), at: z.date(), ok: z.boolean(), nothing: z.null() }),
  Optional: z.object({
    a: z.string().optional(),
    b: z.string().nullish(),
    c: z.int().default(1),
    d: z.string().catch('x'),
  }),
  Names: z.object({ 'a b': z.string(), "it's": z.string(), '"': z.int(), constructor: z.string(), 'a-b': z.int() }),
  Empty: z.object({}),
  Strict: z.strictObject({ id: z.string() }),
  Loose: z.looseObject({ id: z.string() }),
  Catchall: z.object({ id: z.string() }).catchall(z.string()),
  List: z.array(z.union([z.string(), z.int()])).min(2),
  Tuple: z.tuple([z.string(), z.int().optional()], z.boolean()),
  Records: z.object({
    any: z.record(z.string(), z.int()),
    full: z.record(z.enum(['a', 'b']), z.int()),
    some: z.partialRecord(z.enum(['a', 'b']), z.int()),
  }),
  Choice: z.union([z.literal('a'), z.literal(1), z.literal(true), z.null(), z.undefined(), z.enum(['x', 'y'])]),
  Variant: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('circle'), radius: z.number().positive() }),
    z.object({ kind: z.literal('square'), side: z.number().positive() }),
  ]),
  Both: z.intersection(z.object({ a: z.string() }), z.object({ b: z.int() })),
  Collections: z.object({
    map: z.map(z.string(), z.int()),
    set: z.set(z.string()),
    frozen: z.array(z.string()).readonly(),
  }),
  Frozen: z.object({ id: z.string() }).readonly(),
  Template: z.templateLiteral(['v', z.int(), '.', z.enum(['a', 'b'])]),
  Piped: z.object({ n: z.string().pipe(z.coerce.number()) }),
  Tree: tree,
  Chain: node,
  Deep: z.object({ wrapped: z.object({ tree, chain: node.nullable() }) }),
};
