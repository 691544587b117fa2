/** How a project installs what it depends on, told by its lockfile. */
export type PackageManager = 'npm' | 'pnpm' | 'yarn' | 'yarn-1';

const install: Readonly<Record<PackageManager, readonly string[]>> = {
  npm: ['npm ci --ignore-scripts'],
  pnpm: ['corepack enable', 'pnpm install --frozen-lockfile --ignore-scripts'],
  yarn: ['corepack enable', 'yarn install --immutable'],
  'yarn-1': ['corepack enable', 'yarn install --frozen-lockfile --ignore-scripts'],
};

const run: Readonly<Record<PackageManager, string>> = {
  npm: 'npm exec --no',
  pnpm: 'pnpm exec',
  yarn: 'yarn',
  'yarn-1': 'yarn',
};

/** A workflow that fails on findings and shows them beside the lines of a pull request. Actions are pinned by their commits. */
export function workflowText(manager: PackageManager): string {
  // The cache of pnpm and yarn needs them before Node is set up, which corepack is not.
  const cache = manager === 'npm' ? ['          cache: npm'] : [];
  const steps = [
    ...install[manager],
    `${run[manager]} seaworthy${manager === 'npm' ? ' --' : ''} audit --format github`,
  ];
  return `${[
    'name: Production readiness',
    '',
    'on:',
    '  push:',
    '    branches: [main]',
    '  pull_request:',
    '',
    'permissions:',
    '  contents: read',
    '',
    'jobs:',
    '  audit:',
    '    runs-on: ubuntu-latest',
    '    timeout-minutes: 10',
    '    steps:',
    '      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0',
    '        with:',
    '          persist-credentials: false',
    '      - uses: actions/setup-node@a0853c24544627f65ddf259abe73b1d18a591444 # v5.0.0',
    '        with:',
    '          node-version: 24',
    ...cache,
    ...steps.map((step) => `      - run: ${step}`),
  ].join('\n')}\n`;
}
