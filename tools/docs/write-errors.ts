// npm run docs:errors: writes the page of all error codes.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../repository/root.ts';
import { errorIndex, errorsPage, readCatalogues } from './errors-page.ts';

const file = join(root, errorsPage);
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, errorIndex(await readCatalogues(root)));
