import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { resolvePlugins } from '../src/resolve.ts';
import type { PluginManifest } from '../src/index.ts';
import { entry, hostOf, needs } from './make.ts';

const messages = (manifests: readonly PluginManifest[]): readonly string[] =>
  resolvePlugins(manifests.map((manifest) => ({ manifest, plugin: {} }))).problems.map(({ message }) => message);

const cases: readonly { readonly says: string; readonly manifests: readonly PluginManifest[] }[] = [
  { says: 'Plugin "a" needs "b" ^1, which is not there.', manifests: [{ id: 'a', dependencies: { b: '^1' } }] },
  {
    says: 'Plugin "a" needs "b" ^2, but it is 1.4.0.',
    manifests: [
      { id: 'a', dependencies: { b: '^2' } },
      { id: 'b', version: '1.4.0' },
    ],
  },
  {
    says: 'Plugin "a" needs "b" ^2, but it is 0.0.0.',
    manifests: [{ id: 'a', optionalDependencies: { b: '^2' } }, { id: 'b' }],
  },
  {
    says: 'Plugin "a" cannot run beside "b" 1.1.0.',
    manifests: [
      { id: 'a', conflicts: { b: '<2' } },
      { id: 'b', version: '1.1.0' },
    ],
  },
  { says: 'More than one plugin has the id "a".', manifests: [{ id: 'a' }, { id: 'a' }] },
  { says: 'A plugin has no id in its manifest.', manifests: [{ id: '' }] },
  { says: 'Plugin "a" needs the API ^9, this is 0.1.0.', manifests: [{ id: 'a', api: '^9' }] },
  {
    says: 'The service "db" is provided by "a" and "b".',
    manifests: [
      { id: 'a', provides: ['db'] },
      { id: 'b', provides: ['db'] },
    ],
  },
  {
    says: 'Plugin "a" has the version "one"; give it a semantic version such as "1.2.0".',
    manifests: [{ id: 'a', version: 'one' }],
  },
  {
    says: 'Plugin "a" has in `conflicts` for "b" "seven", which is not a semver range.',
    manifests: [{ id: 'a', conflicts: { b: 'seven' } }],
  },
  {
    says: 'Plugin "a" has `startTimeoutMs` -1; a number of milliseconds from 1 to 2147483647.',
    manifests: [{ id: 'a', startTimeoutMs: -1 }],
  },
  { says: 'Cycle: a -> a.', manifests: [{ id: 'a', dependencies: { a: '*' } }] },
  {
    says: 'Cycle: a -> b -> a.',
    manifests: [
      { id: 'b', dependencies: { a: '*' } },
      { id: 'a', dependencies: { b: '*' } },
    ],
  },
  {
    says: 'Cycle: a -> c -> b -> a.',
    manifests: [
      { id: 'a', dependencies: { c: '*' } },
      { id: 'b', optionalDependencies: { a: '*' } },
      { id: 'c', dependencies: { b: '*' } },
      { id: 'on-top', dependencies: { a: '*' } },
    ],
  },
];
for (const { says, manifests } of cases) {
  test(`says: ${says}`, () => expect(messages(manifests)).toEqual([says]));
}

const hostile: readonly { readonly name: string; readonly manifest: object; readonly says: string }[] = [
  { name: 'a list for dependencies', manifest: { dependencies: ['b'] }, says: 'is not an object of plugin id' },
  { name: 'null for conflicts', manifest: { conflicts: null }, says: 'is not an object of plugin id' },
  { name: 'a number for a range', manifest: { dependencies: { b: 7 } }, says: 'not a semver range' },
  { name: 'a word for provides', manifest: { provides: 'db' }, says: 'not a list of service ids' },
  { name: 'an unknown failure mode', manifest: { failure: 'maybe' }, says: 'write "required" or "optional"' },
  { name: 'a number for the API', manifest: { api: 1 }, says: 'not a semver range' },
];
for (const { name, manifest, says } of hostile) {
  test(`a manifest with ${name} is a problem, not a crash`, () => {
    expect(messages([{ id: 'a', ...manifest }]).join('\n')).toContain(says);
  });
}

test('all problems of a resolve come in one error', async () => {
  const entries = [
    entry('a', {}, { dependencies: { gone: '^1', b: '^3' } }),
    entry('b', {}, { version: '1.0.0' }),
    entry('x', {}, needs('y')),
    entry('y', {}, needs('x')),
  ];
  await expect(hostOf(entries)).rejects.toMatchObject({
    code: 'seaworthy.plugins.RESOLVE_FAILED',
    params: {
      problems: [
        { kind: 'missing-dependency', plugins: ['a'] },
        { kind: 'version-mismatch', plugins: ['a'] },
        { kind: 'cycle', plugins: ['x', 'y'] },
      ],
    },
    message: expect.stringContaining('Cycle: x -> y -> x.'),
  });
});

test('an absent optional dependency and an absent conflict are no problem', () => {
  expect(messages([{ id: 'a', optionalDependencies: { b: '^1' }, conflicts: { c: '*' } }])).toEqual([]);
});

test('plugins that do not depend on each other come by id', () => {
  const { plugins } = resolvePlugins([entry('c'), entry('a'), entry('b', {}, needs('c'))]);
  expect(plugins.map(({ id }) => id)).toEqual(['a', 'c', 'b']);
});

const graphs = fc.array(fc.array(fc.nat(30), { maxLength: 4 }), { minLength: 1, maxLength: 30 });

test('in any graph without a cycle every plugin comes after its dependencies', () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      // An edge only to a smaller number cannot close a cycle.
      const entries = graph.map((edges, node) =>
        entry(`p${node}`, {}, needs(...edges.filter((other) => other < node).map((other) => `p${other}`))),
      );
      const { plugins, problems } = resolvePlugins(entries.toReversed());
      const place = new Map(plugins.map(({ id }, index) => [id, index]));
      expect(problems).toEqual([]);
      expect(plugins).toHaveLength(entries.length);
      for (const [index, { after }] of plugins.entries()) {
        for (const other of after) expect(place.get(other)).toBeLessThan(index);
      }
    }),
  );
});

test('in any graph each reported cycle really leads back, and every plugin on a cycle is named', () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const edges = new Map(graph.map((list, node) => [`p${node}`, list.map((other) => `p${other % graph.length}`)]));
      const entries = Array.from(edges, ([id, list]) => entry(id, {}, needs(...list)));
      const { problems, plugins } = resolvePlugins(entries);
      for (const { plugins: cycle } of problems) {
        cycle.forEach((id, index) => expect(edges.get(id)).toContain(cycle[(index + 1) % cycle.length]));
      }
      const named = new Set(problems.flatMap((problem) => problem.plugins));
      for (const id of edges.keys()) expect(named.has(id)).toBe(reaches(id, id, edges));
      expect(plugins).toHaveLength(entries.length);
    }),
  );
});

function reaches(from: string, to: string, edges: ReadonlyMap<string, readonly string[]>): boolean {
  const seen = new Set<string>();
  const queue = [from];
  for (const id of queue) {
    for (const next of edges.get(id) ?? []) {
      if (next === to) return true;
      if (!seen.has(next)) queue.push(next);
      seen.add(next);
    }
  }
  return false;
}
