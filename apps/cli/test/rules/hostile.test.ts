import { expect, test } from 'vitest';
import { loadRule, ruleFolders } from './fixtures.ts';
import { openProject, type Files } from '../support/project.ts';

const rules = await Promise.all(ruleFolders().map(loadRule));

const odd = ['null', '[]', '1', '"text"', '{}', '[null, 1, "a", {}]'];
const yamlKinds = ['compose.yaml', '.github/workflows/ci.yml'];

const projects: readonly { readonly what: string; readonly files: Files }[] = [
  { what: 'empty files of every kind', files: filesOf('') },
  { what: 'files of one line break', files: filesOf('\n') },
  ...odd.map((value) => ({
    what: `manifests and settings of ${value}`,
    files: { 'package.json': value, ...settings(value) },
  })),
  ...odd.map((value) => ({
    what: `fields of ${value}`,
    files: {
      'package.json': `{ "scripts": ${value}, "engines": ${value}, "bin": ${value}, "repository": ${value}, "dependencies": ${value} }`,
      'compose.yaml': `services: { a: ${value}, b: { image: ${value}, volumes: ${value}, depends_on: ${value} } }`,
      '.github/workflows/ci.yml': `on: ${value}\njobs: { a: ${value}, b: { steps: ${value} }, c: { steps: [{ uses: ${value}, run: ${value}, with: ${value} }] } }`,
      'k8s/a.yaml': kubernetes(value),
    },
  })),
  {
    what: 'scripts with unusual shapes',
    files: {
      'a.js':
        'throw a + b; try {} catch ({ a }) {} setInterval(); new Promise(); fetch(); fetch(...a); process.on(); log.info(); a.catch(); x.get(`/ready`);',
      'b.ts':
        'declare function f(): void; abstract class A { abstract b: string; c?; declare d: string; #e = 1; accessor f = 2; } (a as any)[b]!.c?.(...d);',
      'c.js':
        'label: for (;;) { try { await 1 } catch {} break label } export default async () => {}; export const { a = process.env.A, ...b } = {};',
    },
  },
  {
    what: 'Dockerfiles that make no sense',
    files: {
      Dockerfile: 'CMD\nFROM\nUSER\nENV\nARG\nENV A\nFROM a AS a\nFROM a\nRUN\nCMD [\nUSER ""\n',
      'b.Dockerfile': '# only a comment\n',
    },
  },
];

test.for(projects)('every rule answers for $what', async ({ files }) => {
  const { view } = await openProject(files);
  const answers = await Promise.all(
    rules.map(async (rule) =>
      Promise.resolve(rule.check(view, AbortSignal.timeout(10_000))).then((found) =>
        found.every(({ message }) => message.endsWith('.')),
      ),
    ),
  );
  expect(answers).toEqual(rules.map(() => true));
});

function filesOf(text: string): Files {
  const paths = ['a.js', 'b.ts', '.env', 'Dockerfile', '.dockerignore', '.nvmrc', 'README.md', 'c.yaml', ...yamlKinds];
  return Object.fromEntries(paths.map((path) => [path, text]));
}

function settings(value: string): Files {
  return Object.fromEntries([...yamlKinds, 'd.yaml'].map((path) => [path, `${value}\n---\n${value}\n`]));
}

function kubernetes(value: string): string {
  return ['Deployment', 'CronJob', 'Pod', 'Secret', 'Unknown', 'HorizontalPodAutoscaler', 'PodDisruptionBudget']
    .map(
      (kind) =>
        `apiVersion: v1\nkind: ${kind}\nmetadata: ${value}\nspec: { replicas: ${value}, template: { spec: { containers: ${value} } }, containers: [{ image: a, env: ${value}, resources: ${value}, command: ${value} }], selector: ${value} }\ndata: ${value}\n`,
    )
    .join('---\n');
}
