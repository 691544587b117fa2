// npm run check:unused: files, exports and dependencies nobody uses, and package.json files that disagree.
import { problemsOf } from './programs.ts';
import { report } from './problem.ts';

// The two official OFREP clients that tests drive need different versions of what they share.
const ofrepClients = ['--ignore-dependency=@openfeature/ofrep-core'];

report(
  await problemsOf(
    ['knip', '--no-progress', '--no-config-hints'],
    ['sherif', '--fail-on-warnings', '--ignore-rule=packages-without-package-json', ...ofrepClients],
  ),
);
