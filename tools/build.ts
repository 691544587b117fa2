// npm run build: builds every package and app into its dist folder.
import { problemsOfTargets } from './check/targets.ts';
import { report } from './check/problem.ts';
import { readProjects } from './repository/projects.ts';
import { root } from './repository/root.ts';
import { removeStaleOutputs } from './repository/stale.ts';

report(await problemsOfTargets(['build']));
removeStaleOutputs(root, readProjects(root));
