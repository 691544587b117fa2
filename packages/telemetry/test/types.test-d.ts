// Compiled, not run: each line marked as an error has to be one.
import { z } from 'zod';
import { defineMetrics } from '../src/index.ts';

const metrics = defineMetrics(
  { name: 'types' },
  {
    counted: { type: 'counter', unit: '1', description: 'x', attributes: { kind: ['a', 'b'], size: 'number?' } },
    plain: { type: 'gauge', unit: '1', description: 'x' },
  },
);

metrics.counted.add(1, { kind: 'a' });
metrics.counted.add(1, { kind: 'b', size: 3 });
metrics.plain.set(1);
// @ts-expect-error kind is needed
metrics.counted.add(1);
// @ts-expect-error kind is a or b
metrics.counted.add(1, { kind: 'c' });
// @ts-expect-error there is no such attribute
metrics.counted.add(1, { kind: 'a', colour: 'red' });
// @ts-expect-error a gauge is set
metrics.plain.add(1);
// @ts-expect-error nothing of this name was defined
metrics.other.add(1);

const { shop } = defineMetrics(
  { name: 'types' },
  {
    shop: {
      type: 'histogram',
      unit: 's',
      description: 'x',
      attributes: { country: z.string().length(2).optional(), size: z.number(), kind: z.enum(['a', 'b']) },
    },
  },
);
shop.record(1, { size: 1, kind: 'a' });
shop.bind({ country: 'de', size: 2, kind: 'b' }).record(1);
// @ts-expect-error size is needed
shop.record(1, { kind: 'a' });
// @ts-expect-error country is a text
shop.record(1, { country: 49, size: 1, kind: 'a' });
// @ts-expect-error kind is a or b
shop.bind({ size: 1, kind: 'c' });
