import { expect, test } from 'vitest';
import { classify, isSupport, refineYaml } from '../src/project/classify.ts';
import type { FileKind } from '../src/rules/contract.ts';

const kinds: readonly (readonly [path: string, kind: FileKind])[] = [
  ['src/a.ts', 'script'],
  ['a.mjs', 'script'],
  ['a.cts', 'script'],
  ['ui/a.tsx', 'script'],
  ['types.d.ts', 'script'],
  ['package.json', 'package-json'],
  ['apps/a/package.json', 'package-json'],
  ['package-lock.json', 'lockfile'],
  ['pnpm-lock.yaml', 'lockfile'],
  ['yarn.lock', 'lockfile'],
  ['Dockerfile', 'dockerfile'],
  ['docker/Dockerfile.prod', 'dockerfile'],
  ['api.dockerfile', 'dockerfile'],
  ['Containerfile', 'dockerfile'],
  ['.dockerignore', 'dockerignore'],
  ['Dockerfile.dockerignore', 'dockerignore'],
  ['docker-compose.yml', 'compose'],
  ['compose.override.yaml', 'compose'],
  ['compose-file-notes.md', 'markdown'],
  ['.github/workflows/ci.yml', 'workflow'],
  ['.github/dependabot.yml', 'yaml'],
  ['packages/a/.github/workflows/ci.yml', 'yaml'],
  ['.env', 'env'],
  ['.env.production', 'env'],
  ['config/prod.env', 'env'],
  ['environment.ts', 'script'],
  ['README.md', 'markdown'],
  ['tsconfig.json', 'json'],
  ['deploy/app.yaml', 'yaml'],
  ['LICENSE', 'other'],
  ['logo.png', 'other'],
];

for (const [path, kind] of kinds) {
  test(`${path} is ${kind}`, () => {
    expect(classify(path)).toBe(kind);
  });
}

const texts: readonly (readonly [text: string, kind: string])[] = [
  ['apiVersion: apps/v1\nkind: Deployment\n', 'kubernetes'],
  ['kind: Service\napiVersion: v1\n', 'kubernetes'],
  ['items:\n  - apiVersion: v1\n    kind: Pod\n', 'yaml'],
  ['a: 1\n', 'yaml'],
  ['apiVersion: v1\nkind: Pod\nname: {{ .Values.name }}\n', 'other'],
  ['{{- if .Values.on }}\na: 1\n{{- end }}\n', 'other'],
  ['run: echo ${{ github.sha }}\n', 'yaml'],
];

for (const [text, kind] of texts) {
  test(`${JSON.stringify(text)} is ${kind}`, () => {
    expect(refineYaml(text)).toBe(kind);
  });
}

const support: readonly (readonly [path: string, isSupport: boolean])[] = [
  ['test/a.ts', true],
  ['src/__tests__/a.ts', true],
  ['src/a.test.ts', true],
  ['src/a.spec.tsx', true],
  ['src/a.test-d.ts', true],
  ['packages/a/bench/x.ts', true],
  ['examples/basic.js', true],
  ['scripts/build.mjs', true],
  ['src/types.d.ts', true],
  ['vite.config.ts', true],
  ['jest.config.cjs', true],
  ['test.js', true],
  ['bench.js', true],
  ['benchmark.mjs', true],
  ['speedtest.js', true],
  ['app.config.js', true],
  ['src/test.js', false],
  ['test.json', false],
  ['config.js', false],
  ['protest.js', false],
  ['src/app.config.ts', false],
  ['src/server.ts', false],
  ['src/testing.ts', false],
  ['src/contest/a.ts', false],
  ['src/latest.ts', false],
];

for (const [path, expected] of support) {
  test(`${path} is ${expected ? '' : 'not '}support`, () => {
    expect(isSupport(path)).toBe(expected);
  });
}
