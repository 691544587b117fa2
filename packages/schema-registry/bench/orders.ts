// The data of the benchmark: an order as a shop stores it, and a profile that has had ten versions.
import { subject, type AnySubject } from '@seaworthy/schema-registry';
import { z } from 'zod';

const line = () => z.object({ sku: z.string(), qty: z.int().min(1), price: z.number() });

export function orderSchema() {
  return z.object({
    id: z.string(),
    customer: z.object({
      name: z.string().min(1),
      street: z.string(),
      city: z.string(),
      country: z.string().length(2),
    }),
    lines: z.array(line()).min(1),
    note: z.string().optional(),
    paid: z.boolean(),
    currency: z.enum(['EUR', 'USD', 'GBP']),
  });
}

export const order = {
  id: 'order-8812',
  customer: { name: 'Ada Lovelace', street: '12 St James Square', city: 'London', country: 'GB' },
  lines: Array.from({ length: 5 }, (_, index) => ({ sku: `sku-${index}`, qty: index + 1, price: 9.5 })),
  paid: true,
  currency: 'GBP',
};

/** Names of `count` subjects, as a program of some size has them. */
export function names(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `shop.kind-${index}`);
}

const profile = {
  id: z.string(),
  name: z.string(),
  mail: z.string(),
  city: z.string(),
  country: z.string(),
  age: z.int(),
  active: z.boolean(),
  score: z.number(),
};

/** A step that adds the field of one version. */
export type Step = (previous: Record<string, unknown>) => Record<string, unknown>;

export const steps: readonly Step[] = [
  (previous) => ({ ...previous, v2: 'two' }),
  (previous) => ({ ...previous, v3: 3 }),
  (previous) => ({ ...previous, v4: true }),
  (previous) => ({ ...previous, v5: 'five' }),
  (previous) => ({ ...previous, v6: 6 }),
  (previous) => ({ ...previous, v7: false }),
  (previous) => ({ ...previous, v8: 'eight' }),
  (previous) => ({ ...previous, v9: 9 }),
  (previous) => ({ ...previous, v10: true }),
];

const added = [z.string(), z.number(), z.boolean()] as const;

/** A subject of ten versions, each of which has one more field. */
export function tenVersions(): AnySubject {
  let shape: z.core.$ZodLooseShape = profile;
  let profiles: Growing = subject('crm.profile', z.object(shape)) as unknown as Growing;
  for (const [index, up] of steps.entries()) {
    shape = { ...shape, [`v${index + 2}`]: added[index % 3] as z.ZodType };
    profiles = profiles.version(index + 2, z.object(shape), { up });
  }
  return profiles;
}

interface Growing extends AnySubject {
  version(version: number, schema: z.ZodType, steps: { readonly up: Step }): Growing;
}

export function profiles(count: number): readonly Record<string, unknown>[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `p-${index}`,
    name: `Name ${index}`,
    mail: `mail-${index}@example.com`,
    city: 'London',
    country: 'GB',
    age: 20 + (index % 60),
    active: index % 2 === 0,
    score: index / 7,
  }));
}
