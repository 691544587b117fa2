// npm run check:docs [-- <document> …]: runs the code of the documents, follows their links, compares translations with
// their originals, the page of error codes, and what was promised of each.
import { exampleProblems } from '../docs/examples.ts';
import { errorPageProblems, readCatalogues } from '../docs/errors-page.ts';
import { stabilityProblems } from '../docs/errors-stability.ts';
import { linkProblems } from '../docs/links.ts';
import { translationProblems } from '../docs/translations.ts';
import { listFiles } from '../repository/files.ts';
import { root } from '../repository/root.ts';
import { report } from './problem.ts';

const wanted = process.argv.slice(2);
const fixture = /(^|\/)(fixtures|faulty-service|snapshots|files)\//;
const all = (await listFiles(root, '*.md')).filter((file) => !fixture.test(file));
const documents = wanted.length > 0 ? all.filter((file) => wanted.includes(file)) : all;
const executed = documents.filter((file) =>
  /^(README\.md|docs\/.*\.md|(packages|apps)\/[^/]+\/README\.md)$/.test(file),
);

report([
  ...linkProblems(root, documents),
  ...translationProblems(root, documents),
  ...(await exampleProblems(root, executed)),
  ...(wanted.length > 0
    ? []
    : [...(await errorPageProblems(root)), ...stabilityProblems(root, await readCatalogues(root))]),
]);
