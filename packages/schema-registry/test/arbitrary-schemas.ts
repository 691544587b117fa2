import {
  array,
  boolean,
  constantFrom,
  double,
  integer,
  oneof,
  option,
  record,
  string,
  tuple,
  uniqueArray,
} from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { z } from 'zod';

/** A schema and JSON data that it accepts. */
export interface Sample {
  readonly schema: z.ZodType;
  readonly data: unknown;
}

/** Zod reads inherited properties too, so that a field of such a name is never absent. */
const inherited: ReadonlySet<string> = new Set(['constructor', 'toString', 'valueOf']);

/** A field's name: awkward ones are as likely as plain ones. Zod never lets `__proto__` through. */
const fieldName: Arbitrary<string> = oneof(
  string({ minLength: 1, maxLength: 6 }).filter((name) => !(name in {})),
  constantFrom('id', 'name', 'constructor', 'toString', 'a b', 'a/b', 'a~b', '"', '<b>', "it's", '|', 'ä', '-x'),
);

const word = string({ minLength: 1, maxLength: 8 });

const leaf: Arbitrary<Sample> = oneof(
  word.map((data) => ({ schema: z.string(), data })),
  word.map((data) => ({ schema: z.string().min(1).max(20), data })),
  integer({ min: -50, max: 50 }).map((data) => ({ schema: z.int().min(-50).max(50), data })),
  double({ noNaN: true, noDefaultInfinity: true }).map((data) => ({ schema: z.number(), data: data === 0 ? 0 : data })),
  boolean().map((data) => ({ schema: z.boolean(), data })),
  uniqueArray(word, { minLength: 1, maxLength: 4 }).map((words) => ({
    schema: z.enum(words as [string]),
    data: words[0],
  })),
  oneof(word, integer(), boolean()).map((data) => ({ schema: z.literal(data), data })),
);

function objectOf(part: Arbitrary<Sample>): Arbitrary<Sample> {
  const field = record({ key: fieldName, sample: part, isOptional: boolean(), isAbsent: boolean() });
  return uniqueArray(field, { maxLength: 4, selector: ({ key }) => key }).map((drawn) => {
    const fields = drawn.map((field) => ({ ...field, isOptional: field.isOptional && !inherited.has(field.key) }));
    const shape = fields.map(({ key, sample, isOptional }) => [
      key,
      isOptional ? sample.schema.optional() : sample.schema,
    ]);
    const present = fields.filter(({ isOptional, isAbsent }) => !(isOptional && isAbsent));
    return {
      schema: z.object(Object.fromEntries(shape) as z.core.$ZodLooseShape),
      data: Object.fromEntries(present.map(({ key, sample }) => [key, sample.data])),
    };
  });
}

function containerOf(part: Arbitrary<Sample>): Arbitrary<Sample> {
  return oneof(
    { weight: 3, arbitrary: objectOf(part) },
    record({ sample: part, count: integer({ min: 0, max: 3 }) }).map(({ sample, count }) => ({
      schema: z.array(sample.schema),
      data: Array.from({ length: count }, () => sample.data),
    })),
    tuple(part, part).map(([left, right]) => ({
      schema: z.tuple([left.schema, right.schema]),
      data: [left.data, right.data],
    })),
    record({ sample: part, keys: uniqueArray(fieldName, { maxLength: 3 }) }).map(({ sample, keys }) => ({
      schema: z.record(z.string(), sample.schema),
      data: Object.fromEntries(keys.map((key) => [key, sample.data])),
    })),
    tuple(objectOf(part), objectOf(part), boolean()).map(([left, right, isLeft]) => variantOf(left, right, isLeft)),
    record({ sample: part, isNull: boolean() }).map(({ sample, isNull }) => ({
      schema: z.nullable(sample.schema),
      data: isNull ? null : sample.data,
    })),
  );
}

function variantOf(left: Sample, right: Sample, isLeft: boolean): Sample {
  const variant = (kind: string, { schema }: Sample) => (schema as z.ZodObject).extend({ kind: z.literal(kind) });
  const { data } = isLeft ? left : right;
  return {
    schema: z.discriminatedUnion('kind', [variant('left', left), variant('right', right)]),
    data: withKind(data as object, isLeft ? 'left' : 'right'),
  };
}

function withKind(data: object, kind: string): object {
  return Object.fromEntries([...Object.entries(data).filter(([key]) => key !== 'kind'), ['kind', kind]]);
}

const level1 = oneof({ weight: 2, arbitrary: leaf }, { weight: 1, arbitrary: containerOf(leaf) });
const level2 = oneof({ weight: 1, arbitrary: leaf }, { weight: 2, arbitrary: containerOf(level1) });

/** Any schema of up to three levels. */
export const anySample: Arbitrary<Sample> = oneof(level2, containerOf(level2));

/** Data near the valid: with a part replaced, left out or added. */
export const spoiled = ({ data }: Sample): Arbitrary<unknown> =>
  oneof(
    array(oneof(word, integer(), boolean()), { maxLength: 2 }),
    option(word),
    fieldName.map((key) => (typeof data === 'object' && data !== null ? { ...data, [key]: Symbol.iterator } : key)),
  );
