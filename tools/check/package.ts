// npm run check:package [-- <package> …]: publint and "are the types wrong" on every package as it would be published.
import { problemsOfTargets } from './targets.ts';
import { report } from './problem.ts';

report(await problemsOfTargets(['package'], process.argv.slice(2)));
