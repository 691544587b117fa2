// node scripts/assets.ts [package directory]: puts each explain.md of src beside its compiled rule in dist, where the rule looks for it.
// Fails when a compiled rule is left without one, so that a package whose `explain` does not work is never packed.
import { copyFileSync, existsSync, globSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url)));
const explanations = globSync('**/explain.md', { cwd: join(root, 'src') });
const withoutCode = explanations.filter((path) => !existsSync(join(root, 'dist', dirname(path), 'rule.js')));
const compiled = globSync('**/rule.js', { cwd: join(root, 'dist') });
const withoutText = compiled.filter((path) => !existsSync(join(root, 'src', dirname(path), 'explain.md')));

if (compiled.length === 0) fail(`There is no compiled rule in ${join(root, 'dist')}.`, 'Build the package first.');
if (withoutCode.length > 0) fail(`Not compiled: ${withoutCode.join(', ')}.`, 'Build the package again.');
if (withoutText.length > 0) {
  fail(
    `Without an explain.md: ${withoutText.join(', ')}.`,
    'Write it beside rule.ts; if the rule is gone, delete dist and build again.',
  );
}
for (const path of explanations) copyFileSync(join(root, 'src', path), join(root, 'dist', path));
console.log(`${explanations.length} explanations copied to dist.`);

function fail(what: string, then: string): never {
  console.error(`${what} ${then}`);
  process.exit(1);
}
