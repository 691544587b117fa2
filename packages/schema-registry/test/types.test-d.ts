// Compiled by `tsc`, never run: each line under @ts-expect-error must be a compile error.
import { createRegistry, subject } from '../src/index.ts';
import type { SubjectInput } from '../src/index.ts';
import { z } from 'zod';
import { order, user } from './subjects.ts';

type Equal<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
const isTrue = (claim: true): true => claim;

const v1 = z.object({ id: z.string() });
const v2 = z.object({ id: z.string(), qty: z.int() });
const registry = createRegistry([order, user]);

export function versions(): void {
  isTrue(true satisfies Equal<typeof order.latest, 3>);
  // @ts-expect-error version 3 leaves a gap
  subject('a', v1).version(3, v2, { up: (old) => ({ ...old, qty: 1 }) });
  // @ts-expect-error version 1 exists
  subject('a', v1).version(1, v2, { up: (old) => ({ ...old, qty: 1 }) });
  // @ts-expect-error version 4 is in the future
  order.migrate({}, { from: 4 });
  // @ts-expect-error there is no version 0
  order.migrate({}, { from: 1, to: 0 });
  // @ts-expect-error `up` is required
  subject('a', v1).version(2, v2, {});
}

export function steps(): void {
  // @ts-expect-error `up` leaves out qty
  subject('a', v1).version(2, v2, { up: (old) => ({ ...old }) });
  // @ts-expect-error qty is a number
  subject('a', v1).version(2, v2, { up: (old) => ({ ...old, qty: '1' }) });
  // @ts-expect-error version 1 has no qty
  subject('a', v1).version(2, v2, { up: (old) => ({ id: old.id, qty: old.qty }) });
  // @ts-expect-error `down` leaves out id
  subject('a', v1).version(2, v2, { up: (old) => ({ ...old, qty: 1 }), down: () => ({}) });
}

export function results(): void {
  const latest = order.parse({});
  isTrue(true satisfies Equal<typeof latest, { id: string; lines: { sku: string; qty: number }[] }>);
  const middle = order.migrate({}, { from: 1, to: 2 });
  isTrue(true satisfies Equal<typeof middle, { id: string; qty: number }>);
  const newest = order.migrate({}, { from: 1 });
  isTrue(true satisfies Equal<typeof newest, typeof latest>);
  const joined = user.parse({}).joined;
  isTrue(true satisfies Equal<typeof joined, Date>);
  isTrue(true satisfies Equal<SubjectInput<typeof user>, { email: string; joined: string }>);
}

export function lookups(name: string): void {
  const known = registry.get('shop.order');
  isTrue(true satisfies Equal<typeof known, typeof order>);
  const schema = registry.get('shop.order', 1);
  isTrue(true satisfies Equal<ReturnType<typeof schema.parse>, { id: string }>);
  const decoded = registry.decode({ schema: 'shop.order', version: 1, data: {} });
  isTrue(true satisfies Equal<typeof decoded.value, { id: string; lines: { sku: string; qty: number }[] }>);
  const either = registry.decode({ schema: name, version: 1, data: {} }).value;
  if ('lines' in either) either.lines.length.toFixed();
  else either.joined.toISOString();
  // @ts-expect-error no such subject
  registry.get('shop.ordr');
  // @ts-expect-error no such subject
  registry.decode({ schema: 'shop.ordr', version: 1, data: {} });
}
