import { createRegistry, subject, type AnySubject, type Registry } from '@seaworthy/schema-registry';
import { z } from 'zod';
import type { Comparison, Side } from './harness.ts';
import { names, order, orderSchema, profiles, steps, tenVersions } from './orders.ts';

/** One case, made only where it is measured. */
export interface Case {
  readonly name: string;
  readonly peer: string;
  /** The most of the peer's time that is allowed. */
  readonly target: number;
  /** @default 7 */
  readonly processes?: number;
  /** @default 101 */
  readonly rounds?: number;
  readonly make: (isQuick: boolean) => Comparison;
}

/** Every case, in the order in which they are told. */
export const cases: readonly Case[] = [
  reading('parse, uncompiled', 1.02, true, ({ kind }) => {
    return (count) => {
      let last: unknown;
      for (let index = 0; index < count; index += 1) last = kind.parse(order);
      return last;
    };
  }),
  reading('parse, compiled', 0.15, false, ({ kind }) => {
    return (count) => {
      let last: unknown;
      for (let index = 0; index < count; index += 1) last = kind.parse(order);
      return last;
    };
  }),
  reading('decode, uncompiled', 1.05, true, ({ registry }) => {
    return (count) => {
      let last: unknown;
      for (let index = 0; index < count; index += 1) last = registry.decode(envelope);
      return last;
    };
  }),
  reading('decode, compiled', 0.25, false, ({ registry }) => {
    return (count) => {
      let last: unknown;
      for (let index = 0; index < count; index += 1) last = registry.decode(envelope);
      return last;
    };
  }),
  { name: 'look up one of 200 subjects', peer: 'two Map reads', target: 1.5, make: lookup },
  { name: 'register 200 subjects', peer: 'constructing their schemas', target: 0.01, make: registration },
  {
    name: 'migrate records through ten versions',
    peer: 'the steps without validation',
    target: 1.5,
    processes: 3,
    rounds: 15,
    make: migration,
  },
];

const envelope = { schema: 'shop.order', version: 1, data: order } as const;

interface Read {
  readonly kind: AnySubject;
  readonly registry: Registry;
}

/** Reading one order, against zod's own `parse` of the same schema. */
function reading(name: string, target: number, jitless: boolean, ours: (read: Read) => Side): Case {
  return {
    name,
    peer: 'zod',
    target,
    // Both sides run the same code of zod but for some calls, and V8 compiles it in one way or another: seven processes tell
    // little about a hundredth.
    processes: jitless ? 15 : 7,
    make() {
      const schema = orderSchema();
      // A loop for each side: one for both would be compiled for whichever comes first.
      const theirs: Side = (count) => {
        let last: unknown;
        for (let index = 0; index < count; index += 1) last = schema.parse(order);
        return last;
      };
      // zod decides once whether it may generate code for objects, which it does uncompiled as well.
      theirs(1_000);
      // Its switch, at the moment at which the schema would be compiled.
      z.config({ jitless });
      const kind = subject('shop.order', schema);
      repeat(1_000, () => kind.parse(order));
      z.config({ jitless: false });
      return { ours: ours({ kind, registry: createRegistry([kind]) }), theirs, count: 1_000 };
    },
  };
}

function lookup(): Comparison {
  const schema = orderSchema();
  const keys = names(200);
  const subjects: readonly AnySubject[] = keys.map((name) => subject(name, schema));
  const registry = createRegistry(subjects);
  const maps = new Map(keys.map((name) => [name, new Map([[1, schema]])]));
  return {
    ours: (count) => repeatOver(count, keys, (key) => registry.get(key, 1)),
    theirs: (count) => repeatOver(count, keys, (key) => maps.get(key)?.get(1)),
    count: 100,
    units: 100 * keys.length,
  };
}

function registration(): Comparison {
  const subjects = names(200).map((name) => subject(name, orderSchema()));
  return {
    ours: (count) => repeat(count, () => createRegistry(subjects)),
    theirs: (count) => repeat(count, () => names(200).map(() => orderSchema())),
    count: 1,
  };
}

function migration(isQuick: boolean): Comparison {
  const records = profiles(isQuick ? 10_000 : 100_000);
  const ten = tenVersions();
  const fields = (value: unknown): number => Object.keys(value as object).length;
  return {
    ours: () => records.reduce((sum, record) => sum + fields(ten.migrate(record, { from: 1 })), 0),
    theirs: () => records.reduce((sum, record) => sum + fields(steps.reduce((value, step) => step(value), record)), 0),
    count: 1,
    units: records.length,
  };
}

function repeat(count: number, run: () => unknown): unknown {
  let last: unknown;
  for (let index = 0; index < count; index += 1) last = run();
  return last;
}

function repeatOver(count: number, keys: readonly string[], run: (key: string) => unknown): number {
  let found = 0;
  for (let index = 0; index < count; index += 1) for (const key of keys) if (run(key) !== undefined) found += 1;
  return found;
}
