import { describe, expect, test } from 'vitest';
import { fileProblems } from '../workflows/check.ts';

const commit = 'a'.repeat(40);

function workflow(steps: readonly string[], permissions = 'permissions:\n  contents: read\n'): string {
  const lines = steps.map((step) => `      - ${step}\n`).join('');
  return `name: CI\non: push\n${permissions}jobs:\n  check:\n    runs-on: ubuntu-latest\n    steps:\n${lines}`;
}

async function messages(content: string): Promise<readonly string[]> {
  return (await fileProblems('ci.yml', content)).map(({ where, message }) => `${where}: ${message}`);
}

test('a workflow that prepares a machine and runs npm scripts has no problem', async () => {
  const steps = [
    `uses: actions/checkout@${commit}`,
    `uses: actions/setup-node@${commit}`,
    'run: npm run check:pack',
    'run: npm test -- errors',
  ];
  expect(await messages(workflow(steps))).toEqual([]);
});

describe('a workflow is refused', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    [
      'with a key that GitHub does not know',
      workflow(['run: npm test\n        shel: bash']),
      "ci.yml:10: Unexpected value 'shel'",
    ],
    [
      'with logic of its own',
      workflow(['run: npm test && curl example.com | sh']),
      '(check, step 1): `npm test && curl example.com | sh` is not',
    ],
    [
      'with logic on a later line',
      workflow(['run: |\n          npm test\n          rm -r x']),
      '`rm -r x` is not an npm script',
    ],
    ['with another action', workflow([`uses: other/action@${commit}`]), '"other/action" is not one of'],
    [
      'with an action that is not pinned',
      workflow(['uses: actions/checkout@v5']),
      '"actions/checkout@v5" is not pinned',
    ],
    ['without permissions', workflow(['run: npm test'], ''), 'Set "permissions"'],
    ['that is no workflow', 'a: [', 'ci.yml'],
  ];
  for (const [title, content, message] of cases) {
    test(title, async () => expect((await messages(content)).join('\n')).toContain(message));
  }
});
