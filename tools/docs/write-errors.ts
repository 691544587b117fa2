// npm run docs:errors [-- --breaking]: writes the page of all error codes, and what others may rely on in each. A code or a
// parameter that is gone is refused unless `--breaking` says that this is meant.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { report } from '../check/problem.ts';
import { root } from '../repository/root.ts';
import { errorIndex, errorsPage, readCatalogues } from './errors-page.ts';
import { errorsSnapshot, writeSnapshot } from './errors-stability.ts';

const { values } = parseArgs({ options: { breaking: { type: 'boolean' } } });
const catalogues = await readCatalogues(root);
const file = join(root, errorsPage);
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, errorIndex(catalogues));
const broken = writeSnapshot(root, catalogues, values.breaking === true);
report(
  broken.map(({ code, text }) => ({
    where: errorsSnapshot,
    message: `${code}: ${text} Bring it back, or add --breaking.`,
  })),
);
