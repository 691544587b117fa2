// npm run check:lint [-- <path> …]: the linter with type information, and the formatter.
import { problemsOf } from './programs.ts';
import { report } from './problem.ts';

const paths = process.argv.slice(2);
const everything = paths.length > 0 ? paths : ['.'];

report(
  await problemsOf(
    ['oxlint', '--type-aware', '--quiet', '--format=unix', ...paths],
    ['prettier', '--check', '--log-level=warn', ...everything],
  ),
);
