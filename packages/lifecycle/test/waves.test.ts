import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planWaves, type NamedResource } from '../src/waves.ts';

type Graph = readonly { readonly name: string; readonly after: readonly string[] }[];

/** Graphs without cycles: each resource may only wait for earlier ones, and then they are shuffled. */
const graphs: fc.Arbitrary<Graph> = fc
  .array(fc.array(fc.nat(20), { maxLength: 4 }), { minLength: 1, maxLength: 12 })
  .map((edges) =>
    edges.map((targets, index) => ({
      name: `r${index}`,
      after: index === 0 ? [] : targets.map((target) => `r${target % index}`),
    })),
  )
  .chain((graph) => fc.shuffledSubarray(graph, { minLength: graph.length }));

function plan(graph: Graph): ReturnType<typeof planWaves> {
  const whole = { timeoutMs: 1, startTimeoutMs: 1, isServer: false };
  return planWaves(
    new Map(graph.map((resource): [string, NamedResource] => [resource.name, { ...resource, ...whole }])),
  );
}

test('every resource is in one wave, later than all it waits for, and no later than needed', () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const waves = plan(graph);
      const depth = new Map(waves.flatMap((wave, index) => wave.map(({ name }) => [name, index] as const)));
      expect(waves.flat()).toHaveLength(graph.length);
      for (const { name, after } of graph) {
        const needed = Math.max(-1, ...after.map((dependency) => depth.get(dependency) ?? Number.NaN)) + 1;
        expect(depth.get(name)).toBe(needed);
      }
    }),
  );
});

test('a chain of any length is planned, whatever the order in which it was added', () => {
  const graph = Array.from({ length: 20_000 }, (_none, index) => ({ name: `r${index}`, after: [`r${index + 1}`] }));
  const waves = plan([...graph, { name: 'r20000', after: [] }]);
  expect(waves).toHaveLength(20_001);
  expect(waves[0]).toMatchObject([{ name: 'r20000' }]);
});

test('a dependency that is named twice counts once', () => {
  const waves = plan([
    { name: 'db', after: [] },
    { name: 'api', after: ['db', 'db'] },
  ]);
  expect(waves).toMatchObject([[{ name: 'db' }], [{ name: 'api' }]]);
});

test('a wave keeps the order in which its resources were added', () => {
  const graph = ['c', 'a', 'b'].map((name) => ({ name, after: [] }));
  expect(plan(graph).map((wave) => wave.map(({ name }) => name))).toEqual([['c', 'a', 'b']]);
});
