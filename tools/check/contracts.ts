// npm run check:contracts: what the packages and apps ask of each other is what they are, by type and in practice.
import { problemsOf } from './programs.ts';
import { report } from './problem.ts';

report(await problemsOf(['tsc', '-b', 'tools/contracts'], ['vitest', 'run', '--project', 'contracts']));
