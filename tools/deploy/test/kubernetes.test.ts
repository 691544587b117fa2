import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadSettings } from '../../../apps/server/src/settings.ts';
import { root } from '../../repository/root.ts';
import { refusals } from './support/kubernetes.ts';
import { kustomized } from './support/kustomize.ts';
import { at, readManifests, type Manifest } from './support/manifests.ts';

const server = readManifests('server');
const service = readManifests('service');
const kinds = (manifests: readonly Manifest[]) =>
  manifests.map(({ kind }) => kind).toSorted((a, b) => a.localeCompare(b));
const only = (manifests: readonly Manifest[], kind: string): Manifest => {
  const [found, ...more] = manifests.filter((manifest) => manifest.kind === kind);
  if (found === undefined || more.length > 0) throw new Error(`Expected one ${kind}, got ${kinds(manifests).join()}.`);
  return found;
};
const pod = (workload: Manifest) => at(workload, 'spec', 'template', 'spec');
const container = (workload: Manifest) => at(pod(workload), 'containers', 0);

describe.each(['server', 'service'])('deploy/kubernetes/%s', (folder) => {
  const manifests = readManifests(folder);
  const workload = manifests.find(({ kind }) => /^(StatefulSet|Deployment)$/.test(kind)) as Manifest;

  test('is what Kubernetes accepts, with no field that it does not have', async () => {
    expect(await refusals(manifests)).toEqual([]);
  });

  test('is listed by its kustomization, file for file', () => {
    const place = join(root, 'deploy/kubernetes', folder);
    const { resources } = parse(readFileSync(join(place, 'kustomization.yaml'), 'utf8'));
    expect(new Set([...resources, 'kustomization.yaml'])).toEqual(new Set(globSync('*.yaml', { cwd: place })));
  });

  test('selects the pods that it makes, everywhere', () => {
    const labels = at(workload, 'spec', 'template', 'metadata', 'labels');
    for (const manifest of manifests) {
      const asked = [
        at(manifest, 'spec', 'selector', 'matchLabels'),
        at(manifest, 'spec', 'podSelector', 'matchLabels'),
      ];
      if (manifest.kind === 'Service') asked.push(at(manifest, 'spec', 'selector'));
      for (const selector of asked.filter((found) => found !== undefined))
        expect(labels).toMatchObject(selector as object);
    }
  });

  test('asks three different questions of the management port', () => {
    const probes = ['startupProbe', 'readinessProbe', 'livenessProbe'].map((name) => at(container(workload), name));
    expect(probes.map((probe) => at(probe, 'httpGet', 'path'))).toEqual(
      ['startup', 'ready', 'live'].map((group) => `/health/${group}`),
    );
    expect(probes.map((probe) => at(probe, 'httpGet', 'port'))).toEqual(['management', 'management', 'management']);
    expect(at(container(workload), 'ports')).toContainEqual({ name: 'management', containerPort: 9090 });
  });

  test('runs without rights: no root, no writing beside its data, no capabilities, no token of the cluster', () => {
    expect(pod(workload)).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    });
    expect(at(container(workload), 'securityContext')).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });
});

test('the server is one pod, and nothing makes two of it', () => {
  expect(kinds(server)).toEqual(['NetworkPolicy', 'PodDisruptionBudget', 'Service', 'ServiceAccount', 'StatefulSet']);
  expect(at(only(server, 'StatefulSet'), 'spec', 'replicas')).toBe(1);
  expect(at(only(server, 'StatefulSet'), 'spec', 'volumeClaimTemplates', 0, 'spec', 'accessModes')).toEqual([
    'ReadWriteOncePod',
  ]);
});

describe('deploy/kubernetes/servers', () => {
  test('is what Kubernetes accepts, with no field that it does not have', async (context) => {
    expect(await refusals(await kustomized(context, 'servers'))).toEqual([]);
  });

  test('uses each of its files', () => {
    const place = join(root, 'deploy/kubernetes/servers');
    const { resources, patches } = parse(readFileSync(join(place, 'kustomization.yaml'), 'utf8'));
    const used = [...resources, ...patches.map(({ path }: { path: string }) => path), 'kustomization.yaml'];
    expect(new Set(used)).toEqual(new Set([...globSync('*.yaml', { cwd: place }), '../server']));
  });

  test('is the server with an autoscaler, which alone says how many pods there are', async (context) => {
    const manifests = await kustomized(context, 'servers');
    expect(kinds(manifests)).toEqual(kinds([...server, { kind: 'HorizontalPodAutoscaler' } as Manifest]));
    const workload = only(manifests, 'StatefulSet');
    expect(at(workload, 'spec', 'replicas')).toBeUndefined();
    const autoscaler = only(manifests, 'HorizontalPodAutoscaler');
    expect(at(autoscaler, 'spec', 'scaleTargetRef')).toEqual({
      apiVersion: workload.apiVersion,
      kind: workload.kind,
      name: workload.metadata.name,
    });
    expect(Number(at(autoscaler, 'spec', 'minReplicas'))).toBeGreaterThan(1);
  });

  test('may lose one pod to a drain, and has a volume for each', async (context) => {
    const manifests = await kustomized(context, 'servers');
    expect(at(only(manifests, 'PodDisruptionBudget'), 'spec', 'maxUnavailable')).toBe(1);
    expect(at(only(manifests, 'StatefulSet'), 'spec', 'volumeClaimTemplates')).toEqual(
      at(only(server, 'StatefulSet'), 'spec', 'volumeClaimTemplates'),
    );
  });

  test('has the addresses of both stores from its Secret, and a lame duck that its end has room for', async (context) => {
    const workload = only(await kustomized(context, 'servers'), 'StatefulSet');
    const environment = at(container(workload), 'env') as { name: string; value?: string; valueFrom?: object }[];
    for (const [name, key] of [
      ['SEAWORTHY_DATABASE_URL', 'database-url'],
      ['SEAWORTHY_REDIS_URL', 'redis-url'],
    ] as const) {
      const valueFrom = { secretKeyRef: { name: 'seaworthy-server', key } };
      expect(environment).toContainEqual({ name, valueFrom });
    }
    for (const [name, key] of [
      ['SEAWORTHY_DATABASE_DIRECT_URL', 'database-direct-url'],
      ['SEAWORTHY_DATABASE_READ_URL', 'database-read-url'],
    ] as const) {
      const valueFrom = { secretKeyRef: { name: 'seaworthy-server', key, optional: true } };
      expect(environment).toContainEqual({ name, valueFrom });
    }
    const given = environment.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const]));
    const secrets = {
      SEAWORTHY_DATABASE_URL: 'postgres://db.internal/seaworthy',
      SEAWORTHY_REDIS_URL: 'redis://redis.internal',
      SEAWORTHY_MANAGEMENT_TOKEN: 'a-value-of-a-secret',
    };
    const { value } = await loadSettings({ variables: { ...secrets, ...Object.fromEntries(given) }, args: [] });
    expect(value.shutdown.lameDuckMs).toBe(5_000);
    expect(value.redis.url?.reveal()).toBe('redis://redis.internal');
    const waits = at(pod(workload), 'terminationGracePeriodSeconds');
    expect(Number(waits) * 1000).toBeGreaterThan(value.shutdown.graceMs);
  });
});

test('Kubernetes waits longer for the end of the server than the server takes by its own settings', async () => {
  const { value } = await loadSettings({ variables: {}, args: [] });
  const waits = at(pod(only(server, 'StatefulSet')), 'terminationGracePeriodSeconds');
  expect(Number(waits) * 1000).toBeGreaterThan(value.shutdown.graceMs);
});

test('every setting of the pod is one that the server has', async () => {
  const variables = (at(container(only(server, 'StatefulSet')), 'env') as { name: string; value?: string }[]).map(
    ({ name, value }) => [name, value ?? 'a-value-of-a-secret'] as const,
  );
  const image = { SEAWORTHY_HOST: '0.0.0.0', SEAWORTHY_DATA_DIR: '.' };
  const { value } = await loadSettings({ variables: { ...image, ...Object.fromEntries(variables) }, args: [] });
  expect(value.management.host).toBe('0.0.0.0');
  expect(value.pushToken?.reveal()).toBe('a-value-of-a-secret');
});

test('what Kubernetes sets for a service named seaworthy stops the start, so service links are off', async () => {
  const links = { SEAWORTHY_PORT: 'tcp://192.0.2.1:80' };
  await expect(loadSettings({ variables: links, args: [] })).rejects.toMatchObject({
    code: 'seaworthy.config.INVALID',
  });
  expect(at(pod(only(server, 'StatefulSet')), 'enableServiceLinks')).toBe(false);
});

test('the stateless service starts a new pod before it ends an old one, and its number is the business of the autoscaler', () => {
  const deployment = only(service, 'Deployment');
  expect(at(deployment, 'spec', 'strategy', 'rollingUpdate')).toEqual({ maxSurge: 1, maxUnavailable: 0 });
  expect(at(only(service, 'HorizontalPodAutoscaler'), 'spec', 'scaleTargetRef')).toEqual({
    apiVersion: deployment.apiVersion,
    kind: deployment.kind,
    name: deployment.metadata.name,
  });
});

const faults: readonly (readonly [string, (manifest: Manifest) => void, RegExp])[] = [
  [
    'a misspelled field',
    (manifest) => Object.assign(container(manifest) as object, { readynessProbe: {} }),
    /readynessProbe/,
  ],
  ['a number that is a text', (manifest) => Object.assign(manifest['spec'] as object, { replicas: 'one' }), /replicas/],
  ['a missing selector', (manifest) => delete (manifest['spec'] as Record<string, unknown>)['selector'], /selector/],
];
for (const [fault, spoil, message] of faults) {
  test(`${fault} is noticed`, async () => {
    const manifest = structuredClone(only(server, 'StatefulSet'));
    spoil(manifest);
    expect((await refusals([manifest])).join('\n')).toMatch(message);
  });
}
