// npm run check:api [-- <package> …]: the public types of every package are those of its committed api.md. `npm run api` updates it.
import { problemsOfTargets } from './targets.ts';
import { report } from './problem.ts';

report(await problemsOfTargets(['api'], process.argv.slice(2)));
