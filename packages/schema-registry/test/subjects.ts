import { subject } from '../src/index.ts';
import type { Subject } from '../src/index.ts';
import { z } from 'zod';

const first = z.object({ id: z.string() });
const second = z.object({ id: z.string(), qty: z.int().default(1) });
const third = z
  .object({ id: z.string(), lines: z.array(z.object({ sku: z.string(), qty: z.int().min(1) })) })
  .meta({ title: 'Shop order', description: 'What a customer buys.' });

/** An order with three versions, as the tests use it. */
export const order: Subject<'shop.order', [typeof first, typeof second, typeof third]> = subject('shop.order', first)
  .version(2, second, { up: (v1) => ({ ...v1, qty: 1 }), down: ({ id }) => ({ id }) })
  .version(3, third, {
    up: ({ id, qty }) => ({ id, lines: [{ sku: 'unknown', qty }] }),
    down: ({ id, lines }) => ({ id, qty: lines.length }),
  });

const person = z.object({ email: z.email(), joined: z.string().transform((text) => new Date(text)) });

/** A user with one version that transforms. */
export const user: Subject<'shop.user', [typeof person]> = subject('shop.user', person);
