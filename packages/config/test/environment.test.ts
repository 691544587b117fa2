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

const places = [
  { env: { CI: 'true' }, is: 'ci' },
  { env: { GITHUB_ACTIONS: 'true' }, is: 'ci' },
  { env: { KUBERNETES_SERVICE_HOST: '10.0.0.1' }, is: 'kubernetes' },
  { env: { KUBERNETES_SERVICE_HOST: '10.0.0.1' }, is: 'container' },
  { env: { container: 'podman' }, is: 'container' },
  { env: { AWS_LAMBDA_FUNCTION_NAME: 'f' }, is: 'serverless' },
  { env: { K_SERVICE: 's' }, is: 'serverless' },
] as const;
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

test('a container is known by its file', () => {
  expect(detectEnvironment({ env: {}, exists: (path) => path === '/.dockerenv' }).container).toBe(true);
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
