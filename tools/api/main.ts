// node tools/api/main.ts <folder> [--update]: compares the public types of one built package with its api.md.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { report } from '../check/problem.ts';
import { root } from '../repository/root.ts';
import { firstDifference } from './difference.ts';
import { apiReport } from './report.ts';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { update: { type: 'boolean' } } });
const [folder] = positionals;
if (folder === undefined) {
  console.error('Usage: node tools/api/main.ts <folder> [--update]');
  process.exit(2);
}

const file = join(root, folder, 'api.md');
const actual = apiReport(root, folder);
const committed = existsSync(file) ? readFileSync(file, 'utf8') : '';
if (actual !== committed) {
  if (values.update === true) writeFileSync(file, actual);
  else report([{ where: `${folder}/api.md`, message: firstDifference(committed, actual) }]);
}
