// node tools/bundle/main.ts <folder>: the JavaScript of one package. Its declarations come from the compiler.
import { join } from 'node:path';
import { report } from '../check/problem.ts';
import { root } from '../repository/root.ts';
import { bundle } from './bundle.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('Usage: node tools/bundle/main.ts <folder>');
  process.exit(2);
}
report((await bundle(join(root, folder))).map((message) => ({ where: `${folder} (bundle)`, message })));
