// The part of Nx that knows our packages: each published one gets the cached targets `api` and `package`, and a
// `build` that joins its modules: there the compiler only writes declarations.
// Ignored files (dist) must never be an input: Nx does not hash them, and the answer would come stale from the cache.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createNodesFromFiles, type CreateNodesV2, type TargetConfiguration } from '@nx/devkit';

interface Manifest {
  readonly private?: boolean;
  readonly exports?: object;
}

const sources = [
  '{projectRoot}/src/**/*',
  '{projectRoot}/package.json',
  '{projectRoot}/tsconfig.build.json',
  '{workspaceRoot}/tsconfig.base.json',
  '^production',
];

export const createNodesV2: CreateNodesV2 = [
  '{packages,apps}/*/package.json',
  (files, options, context) =>
    createNodesFromFiles(
      (file) => {
        const folder = dirname(file);
        const manifest: Manifest = JSON.parse(readFileSync(join(context.workspaceRoot, file), 'utf8'));
        if (manifest.private === true) return {};
        return { projects: { [folder]: { targets: { build: bundle(folder), ...targetsOf(folder, manifest) } } } };
      },
      files,
      options,
      context,
    ),
];

function bundle(folder: string): TargetConfiguration {
  return {
    ...target(`tools/bundle/main.ts ${folder}`, [
      '{workspaceRoot}/tools/bundle/**/*',
      '{workspaceRoot}/tools/repository/**/*',
      { externalDependencies: ['rolldown'] },
    ]),
    dependsOn: ['declarations', '^build'],
    outputs: ['{projectRoot}/dist/**/*.{js,js.map}'],
  };
}

function targetsOf(folder: string, manifest: Manifest): Record<string, TargetConfiguration> {
  const lint = target(`tools/package/main.ts ${folder}`, [
    '{projectRoot}/README.md',
    '{projectRoot}/LICENSE',
    '{workspaceRoot}/tools/package/**/*',
    { externalDependencies: ['publint', '@arethetypeswrong/cli'] },
  ]);
  if (manifest.exports === undefined) return { package: lint };
  const api = target(`tools/api/main.ts ${folder}`, [
    '{projectRoot}/api.md',
    '{workspaceRoot}/tools/api/**/*',
    '{workspaceRoot}/api-extractor.base.json',
    { externalDependencies: ['@microsoft/api-extractor'] },
  ]);
  return { api, package: lint };
}

function target(program: string, inputs: NonNullable<TargetConfiguration['inputs']>): TargetConfiguration {
  return {
    executor: 'nx:run-commands',
    options: { command: `node --conditions=@seaworthy/source ${program}`, cwd: '{workspaceRoot}' },
    dependsOn: ['build'],
    cache: true,
    inputs: [...sources, ...inputs],
    outputs: [],
  };
}
