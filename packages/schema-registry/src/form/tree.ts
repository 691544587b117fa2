import { toJSONSchema, type ZodType } from 'zod';
import { treeFrom, treeOf, type Tree } from '../emit/tree.ts';
import { SchemaErrors } from '../errors.ts';
import { expectSchema, type Schema } from '../schema.ts';
import type { Asked } from './shape.ts';

/** Beside a schema whose value is a `Date`. */
export const dateKeyword = 'x-seaworthy-date';

/** A JSON Schema as a form sees it. */
export interface FormTree extends Tree {
  /** What is known of its parts already. */
  readonly asked: WeakMap<object, Asked>;
}

/** The form that is accepted, in which dates are known: JSON Schema has no word for them. @throws NO_JSON_SCHEMA */
export function formTreeOf(schema: Schema): FormTree {
  expectSchema('schema', schema);
  const asked = new WeakMap<object, Asked>();
  if (schema['~standard'].vendor !== 'zod') return { ...treeOf(schema), asked };
  try {
    const json = toJSONSchema(schema as unknown as ZodType, {
      io: 'input',
      unrepresentable: 'any',
      override({ zodSchema, jsonSchema }) {
        if (zodSchema['_zod'].def.type !== 'date') return;
        Object.assign(jsonSchema, { type: 'string', format: 'date-time', [dateKeyword]: true });
      },
    });
    return { ...treeFrom(json), asked };
  } catch (cause) {
    throw new SchemaErrors.NO_JSON_SCHEMA(
      { reason: cause instanceof Error ? cause.message : String(cause) },
      { cause },
    );
  }
}
