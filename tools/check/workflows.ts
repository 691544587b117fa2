// npm run check:workflows: GitHub's own schema over the workflows, which only call npm scripts.
import { root } from '../repository/root.ts';
import { workflowProblems } from '../workflows/check.ts';
import { report } from './problem.ts';

report(await workflowProblems(root));
