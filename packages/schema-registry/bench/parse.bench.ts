// What do names and versions cost on top of zod: to validate, to decode, to look up, to register, to migrate?
// Standard output carries one line of JSON for each case; explanations go to standard error.
import { createRegistry, subject, type AnySubject } from '@seaworthy/schema-registry';
import { z } from 'zod';
import { lastResult, measure, type Comparison } from './harness.ts';
import { names, order, orderSchema, profiles, steps, tenVersions } from './orders.ts';

const isQuick = process.argv.includes('--quick');
const wanted = process.argv.slice(2).filter((word) => !word.startsWith('--'));

const schema = orderSchema();
const envelope = { schema: 'shop.order', version: 1, data: order } as const;
const raw = (count: number): unknown => repeat(count, () => schema.parse(order));
// zod decides once whether it may generate code for objects, which it does uncompiled as well.
raw(1_000);
// Its switch, at the moment at which the schema would be compiled.
z.config({ jitless: true });
const slow = warmed(subject('shop.order', schema));
z.config({ jitless: false });
const fast = warmed(subject('shop.order', schema));
const slowRegistry = createRegistry([slow]);
const fastRegistry = createRegistry([fast]);

const records = profiles(isQuick ? 10_000 : 100_000);
const ten = tenVersions();
const comparisons: readonly Comparison[] = [
  zod('parse, uncompiled', 1.02, () => slow.parse(order)),
  zod('parse, compiled', 0.15, () => fast.parse(order)),
  zod('decode, uncompiled', 1.05, () => slowRegistry.decode(envelope)),
  zod('decode, compiled', 0.25, () => fastRegistry.decode(envelope)),
  lookup(),
  registration(),
  {
    name: `migrate ${records.length} records through ten versions`,
    ours: () =>
      records.reduce((sum, record) => sum + Object.keys(ten.migrate(record, { from: 1 }) as object).length, 0),
    peer: 'the steps without validation',
    theirs: () =>
      records.reduce((sum, record) => sum + Object.keys(steps.reduce((value, step) => step(value), record)).length, 0),
    count: 1,
    units: records.length,
    target: 1.5,
  },
];

for (const comparison of comparisons) {
  if (wanted.length === 0 || wanted.some((word) => comparison.name.includes(word))) compare(comparison);
}

function zod(name: string, target: number, run: () => unknown): Comparison {
  return { name, ours: (count) => repeat(count, run), peer: 'zod', theirs: raw, count: 5_000, target };
}

function lookup(): Comparison {
  const subjects = names(200).map((name) => subject(name, schema));
  const registry = createRegistry(subjects as readonly AnySubject[]);
  const maps = new Map(subjects.map(({ name }) => [name, new Map([[1, schema]])]));
  const keys = names(200);
  return {
    name: 'look up one of 200 subjects',
    ours: (count) => repeatOver(count, keys, (key) => registry.get(key, 1)),
    peer: 'two Map reads',
    theirs: (count) => repeatOver(count, keys, (key) => maps.get(key)?.get(1)),
    count: 400,
    units: 400 * keys.length,
    target: 1.5,
  };
}

function registration(): Comparison {
  const subjects = names(200).map((name) => subject(name, orderSchema()));
  return {
    name: 'register 200 subjects',
    ours: (count) => repeat(count, () => createRegistry(subjects)),
    peer: 'constructing their schemas',
    theirs: (count) => repeat(count, () => names(200).map(() => orderSchema())),
    count: 1,
    target: 0.01,
  };
}

function warmed<S extends AnySubject>(subject: S): S {
  repeat(1_000, () => subject.parse(order));
  return subject;
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

function compare(comparison: Comparison): void {
  const { name, peer, target } = comparison;
  const { ours, theirs } = measure(comparison, isQuick ? 21 : 101);
  const ratio = ours / theirs;
  process.stderr.write(`${name}\n  ours: ${ours.toPrecision(4)} ns, ${peer}: ${theirs.toPrecision(4)} ns\n`);
  if (lastResult() === undefined) throw new RangeError(`"${name}" gave nothing.`);
  const told = { package: 'schema-registry', case: name, peer, value: round(ours), unit: 'ns', ratio: round(ratio) };
  console.log(JSON.stringify({ ...told, better: 'lower', target, holds: ratio <= target }));
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
