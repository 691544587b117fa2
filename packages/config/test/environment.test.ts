import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { detectEnvironment, environmentSettings, type DetectOptions } from '../src/index.ts';

const nowhere = { exists: (): boolean => false };

const names: { options: DetectOptions; name: string }[] = [
  { options: { env: {} }, name: 'development' },
  { options: { env: { NODE_ENV: 'production' } }, name: 'production' },
  { options: { env: { NODE_ENV: ' Prod ' } }, name: 'production' },
  { options: { env: { NODE_ENV: 'qa' } }, name: 'qa' },
  { options: { env: { NODE_ENV: '' } }, name: 'development' },
  { options: { env: { VITEST: 'true' } }, name: 'test' },
  { options: { env: { NODE_ENV: 'staging', VITEST: 'true' } }, name: 'staging' },
  { options: { env: { NODE_ENV: 'development' }, name: 'staging' }, name: 'staging' },
  { options: { env: { NODE_ENV: 'development' }, production: true }, name: 'production' },
  { options: { env: { NODE_ENV: 'production' }, production: false }, name: 'production' },
];
for (const { options, name } of names) {
  test(`${JSON.stringify(options)} is ${name}`, () => {
    expect(detectEnvironment({ ...nowhere, ...options })).toMatchObject({ name, production: name === 'production' });
  });
}

const ciVariables = `CI APPVEYOR BITBUCKET_COMMIT BITRISE_IO BUDDY_WORKSPACE_ID BUILDKITE CF_BUILD_ID CIRCLECI CIRRUS_CI
  CM_BUILD_ID CODEBUILD_BUILD_ARN DRONE EAS_BUILD GITHUB_ACTIONS GITLAB_CI GO_PIPELINE_LABEL HARNESS_BUILD_ID JENKINS_URL
  NETLIFY NOW_BUILDER PROW_JOB_ID SCREWDRIVER SEMAPHORE TEAMCITY_VERSION TF_BUILD TRAVIS VELA bamboo_planKey`.split(
  /\s+/,
);
const places: readonly { env: Record<string, string>; is: 'ci' | 'kubernetes' | 'container' | 'serverless' }[] = [
  ...ciVariables.map((name) => ({ env: { [name]: 'true' }, is: 'ci' as const })),
  { env: { KUBERNETES_SERVICE_HOST: '10.0.0.1' }, is: 'kubernetes' },
  { env: { KUBERNETES_SERVICE_HOST: '10.0.0.1' }, is: 'container' },
  { env: { container: 'podman' }, is: 'container' },
  { env: { ECS_CONTAINER_METADATA_URI_V4: 'http://169.254.170.2/v4' }, is: 'container' },
  { env: { AWS_LAMBDA_FUNCTION_NAME: 'f' }, is: 'serverless' },
  { env: { FUNCTIONS_WORKER_RUNTIME: 'node' }, is: 'serverless' },
  { env: { FUNCTION_TARGET: 'f' }, is: 'serverless' },
  { env: { K_SERVICE: 's' }, is: 'serverless' },
  { env: { CLOUD_RUN_JOB: 'j' }, is: 'serverless' },
  { env: { FC_FUNCTION_NAME: 'f' }, is: 'serverless' },
  { env: { VERCEL: '1' }, is: 'serverless' },
  { env: { GAE_SERVICE: 'default' }, is: 'serverless' },
  { env: { CONTAINER_APP_NAME: 'a' }, is: 'serverless' },
  { env: { CONTAINER_APP_NAME: 'a' }, is: 'container' },
  { env: { K_SERVICE: 's' }, is: 'container' },
  { env: { CLOUD_RUN_JOB: 'j' }, is: 'container' },
];
for (const { env, is } of places) {
  test(`${JSON.stringify(env)} is ${is}`, () => {
    expect(detectEnvironment({ ...nowhere, env })[is]).toBe(true);
  });
}

test('nothing set is none of them', () => {
  expect(detectEnvironment({ ...nowhere, env: { CI: 'false' } })).toMatchObject({
    ci: false,
    container: false,
    kubernetes: false,
    serverless: false,
    node: process.versions.node,
  });
});

const markers = [
  { path: '/.dockerenv', container: true, kubernetes: false },
  { path: '/run/.containerenv', container: true, kubernetes: false },
  { path: '/run/systemd/container', container: true, kubernetes: false },
  { path: '/var/run/secrets/kubernetes.io/serviceaccount', container: true, kubernetes: true },
];
for (const { path: marker, container, kubernetes } of markers) {
  test(`${marker} is known`, () => {
    const found = detectEnvironment({ env: {}, exists: (path) => path === marker });
    expect(found).toMatchObject({ container, kubernetes });
  });
}

test('CI=false says that this is none, whatever else is set', () => {
  expect(detectEnvironment({ ...nowhere, env: { CI: 'false', GITHUB_ACTIONS: 'true' } }).ci).toBe(false);
});

test('the process and its file system are the default', () => {
  expect(detectEnvironment().test).toBe(true);
});

const settings = [
  { name: 'development', logLevel: 'debug', prettyLogs: true, errorDetail: true, experimentalFlags: true },
  { name: 'staging', logLevel: 'info', prettyLogs: false, errorDetail: false, experimentalFlags: true },
  { name: 'production', logLevel: 'info', prettyLogs: false, errorDetail: false, experimentalFlags: false },
];
for (const { name, ...expected } of settings) {
  test(`${name} adjusts ${JSON.stringify(expected)}`, () => {
    expect(environmentSettings(detectEnvironment({ ...nowhere, env: {}, name }))).toEqual(expected);
  });
}

test('it prints whole, as text and as JSON', () => {
  const found = detectEnvironment({ ...nowhere, env: { CI: '1', NODE_ENV: 'staging' } });
  const whole = { name: 'staging', production: false, test: false, ci: true, container: false, kubernetes: false };
  expect(JSON.parse(JSON.stringify(found))).toMatchObject({ ...whole, serverless: false, nodeEnv: 'staging' });
  expect(inspect(found)).toContain('ci: true');
});

test('nobody can change it', () => {
  const found = detectEnvironment({ ...nowhere, env: {} });
  expect(() => Object.assign(found, { name: 'production' })).toThrow(TypeError);
  expect(() => Object.assign(found, { ci: true })).toThrow(TypeError);
});
