import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { expect, test, type TestContext } from 'vitest';
import { parse } from 'yaml';
import { readManifest } from '../../repository/projects.ts';
import { root } from '../../repository/root.ts';
import { chart, findRenderer, type RenderOptions } from './support/helm.ts';
import { refusals } from './support/kubernetes.ts';
import { kustomized } from './support/kustomize.ts';
import { at, readManifests, type Manifest } from './support/manifests.ts';

const schema = JSON.parse(readFileSync(join(chart, 'values.schema.json'), 'utf8'));
const defaults = parse(readFileSync(join(chart, 'values.yaml'), 'utf8'));
const isAccepted = new Ajv({ strict: true, allErrors: true }).compile(schema);

async function render(context: TestContext, options: RenderOptions): Promise<readonly Manifest[]> {
  const renderer = findRenderer();
  if (renderer === undefined)
    return context.skip('needs helm or kubectl: without them no template of the chart is rendered');
  return renderer(options);
}

test('the values of the chart fit its schema', () => {
  isAccepted(defaults);
  expect(isAccepted.errors).toBeNull();
});

const refused: readonly (readonly [string, object])[] = [
  ['a value that is not known', { replicas: 2 }],
  ['the tag latest', { image: { ...defaults.image, tag: 'latest' } }],
  ['half a digest', { image: { ...defaults.image, digest: 'sha256:abc' } }],
  ['a token among the settings', { settings: { SEAWORTHY_PUSH_TOKEN: 'not here, they would be in the manifest' } }],
  ['the address of a replica among the settings', { settings: { SEAWORTHY_DATABASE_READ_URL: 'postgres://a:b@c/d' } }],
  [
    'the address behind a pooler among the settings',
    { settings: { SEAWORTHY_DATABASE_DIRECT_URL: 'postgres://a:b@c/d' } },
  ],
  ['the address of the database among the settings', { settings: { SEAWORTHY_DATABASE_URL: 'postgres://a:b@c/d' } }],
  ['the address of Redis among the settings', { settings: { SEAWORTHY_REDIS_URL: 'redis://:password@c' } }],
  ['no pods', { shared: { ...defaults.shared, replicas: 0 } }],
  ['half a pod', { shared: { ...defaults.shared, replicas: 1.5 } }],
  ['an autoscaler without a most', { shared: { ...defaults.shared, autoscaling: { enabled: true } } }],
  ['a key of a bucket among them', { settings: { SEAWORTHY_STORAGE_SECRET_ACCESS_KEY: 'nor here' } }],
  ['a setting that is a number', { settings: { SEAWORTHY_SHUTDOWN_LAME_DUCK_MS: 1000 } }],
  ['a budget of two for one pod', { disruptionBudget: { maxUnavailable: 2 } }],
];
for (const [what, change] of refused) {
  test(`${what} is refused`, () => expect(isAccepted({ ...defaults, ...change })).toBe(false));
}

test('the chart has the version of the server', () => {
  const { version, appVersion } = parse(readFileSync(join(chart, 'Chart.yaml'), 'utf8'));
  expect([version, appVersion]).toEqual(Array(2).fill(readManifest(join(root, 'apps/server')).version));
});

test('templates use the functions of Go only, so that helm and kubectl render the same', () => {
  const known = new Set(
    'if else end range with define template printf or and not eq ne lt gt index len true false'.split(' '),
  );
  for (const file of readdirSync(join(chart, 'templates'))) {
    const text = readFileSync(join(chart, 'templates', file), 'utf8').replaceAll(/\{\{\/\*.*?\*\/\}\}/gs, '');
    for (const [, action = ''] of text.matchAll(/\{\{-?(.*?)-?\}\}/g)) {
      const words = action.replaceAll(/"[^"]*"/g, '').match(/(?<![.$\w])[a-zA-Z]\w*/g) ?? [];
      expect(words.filter((word) => !known.has(word))).toEqual([]);
    }
  }
});

test('with its own values the chart is deploy/kubernetes/server, field for field', async (context) => {
  const rendered = await render(context, { release: 'seaworthy-server' });
  expect(plain(rendered)).toEqual(plain(readManifests('server')));
});

test('shared, it is deploy/kubernetes/servers, field for field', async (context) => {
  const values = { shared: { enabled: true }, resources: { requests: { cpu: '500m' } } };
  const rendered = await render(context, { release: 'seaworthy-server', values });
  expect(plain(rendered)).toEqual(plain(await kustomized(context, 'servers')));
});

test('shared without the autoscaler, it has as many pods as were asked for', async (context) => {
  const values = { shared: { enabled: true, replicas: 4, autoscaling: { enabled: false } } };
  const rendered = await render(context, { release: 'x', values });
  expect(rendered.map(({ kind }) => kind)).not.toContain('HorizontalPodAutoscaler');
  expect(at(setOf(rendered), 'spec', 'replicas')).toBe(4);
});

test('shared, a lame duck that was chosen is the only one', async (context) => {
  const chosen = { name: 'SEAWORTHY_SHUTDOWN_LAME_DUCK_MS', value: '12000' };
  const values = { shared: { enabled: true }, settings: { [chosen.name]: chosen.value } };
  const environment = at(setOf(await render(context, { release: 'x', values })), ...environmentOf) as object[];
  expect(environment.filter((each) => at(each, 'name') === chosen.name)).toEqual([chosen]);
});

test('not shared, it names neither a database nor Redis, and has one pod whatever else is said', async (context) => {
  const values = { shared: { replicas: 5, autoscaling: { enabled: true } } };
  const rendered = await render(context, { release: 'x', values });
  expect(rendered.map(({ kind }) => kind)).not.toContain('HorizontalPodAutoscaler');
  expect(at(setOf(rendered), 'spec', 'replicas')).toBe(1);
  expect(JSON.stringify(rendered)).not.toMatch(/DATABASE_URL|REDIS_URL/);
});

test('with every value changed it is still what Kubernetes accepts', async (context) => {
  const values = {
    image: { repository: 'example.com/seaworthy', digest: `sha256:${'0'.repeat(64)}`, pullPolicy: 'Always' },
    imagePullSecrets: ['pull'],
    secretName: 'tokens',
    shared: { enabled: true, replicas: 2, autoscaling: { maxReplicas: 9, cpuPercent: 50 } },
    bucketSecretName: 'archives',
    settings: { SEAWORTHY_LOG_LEVEL: 'debug', SEAWORTHY_TELEMETRY_HEADERS: 'a="b": {c}' },
    storage: { className: 'fast', size: '20Gi' },
    resources: { requests: { cpu: '1' }, limits: { cpu: '2', memory: '1Gi' } },
    service: { type: 'LoadBalancer', port: 8443 },
    disruptionBudget: { maxUnavailable: 0 },
    networkPolicy: { monitoringNamespace: 'watch' },
    nodeSelector: { 'kubernetes.io/arch': 'amd64' },
    terminationGracePeriodSeconds: 90,
  };
  const rendered = await render(context, { release: 'two', values });
  expect(await refusals(rendered)).toEqual([]);
  const set = setOf(rendered);
  const container = at(set, 'spec', 'template', 'spec', 'containers', 0);
  expect(at(container, 'image')).toBe(`example.com/seaworthy@sha256:${'0'.repeat(64)}`);
  expect(at(container, 'env')).toContainEqual({ name: 'SEAWORTHY_TELEMETRY_HEADERS', value: 'a="b": {c}' });
  const valueFrom = { secretKeyRef: { name: 'archives', key: 'secret-access-key' } };
  expect(at(container, 'env')).toContainEqual({ name: 'SEAWORTHY_STORAGE_SECRET_ACCESS_KEY', valueFrom });
  expect(at(container, 'resources')).toEqual({
    requests: { cpu: '1', memory: '192Mi' },
    limits: { cpu: '2', memory: '1Gi' },
  });
  expect(at(set, 'spec', 'template', 'spec', 'nodeSelector')).toEqual({ 'kubernetes.io/arch': 'amd64' });
});

test('without a network policy there is none', async (context) => {
  const rendered = await render(context, { release: 'x', values: { networkPolicy: { enabled: false } } });
  expect(rendered.map(({ kind }) => kind)).not.toContain('NetworkPolicy');
});

const environmentOf = ['spec', 'template', 'spec', 'containers', 0, 'env'] as const;

function setOf(manifests: readonly Manifest[]): Manifest {
  return manifests.find(({ kind }) => kind === 'StatefulSet') as Manifest;
}

/** Without the labels that only a release has, in one order. */
function plain(manifests: readonly Manifest[]): unknown {
  const text = JSON.stringify(
    manifests.toSorted((a, b) => a.kind.localeCompare(b.kind)),
    (key, value: unknown) =>
      key === 'app.kubernetes.io/instance' || key === 'app.kubernetes.io/managed-by' || key === 'imagePullPolicy'
        ? undefined
        : key === 'env'
          ? (value as { name: string }[]).toSorted((a, b) => a.name.localeCompare(b.name))
          : value,
  );
  return JSON.parse(text);
}
