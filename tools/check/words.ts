// npm run check:words: no unfinished work, focused tests, registry hosts or machine paths in any file.
import { root } from '../repository/root.ts';
import { wordProblems } from '../words/check.ts';
import { report } from './problem.ts';

report(await wordProblems(root));
