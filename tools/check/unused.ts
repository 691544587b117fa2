// npm run check:unused: files, exports and dependencies nobody uses, and package.json files that disagree.
import { problemsOf } from './programs.ts';
import { report } from './problem.ts';

report(
  await problemsOf(
    ['knip', '--no-progress', '--no-config-hints'],
    ['sherif', '--fail-on-warnings', '--ignore-rule=packages-without-package-json'],
  ),
);
