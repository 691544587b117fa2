// node tools/package/main.ts <folder>: whether the built package, as it would be published, works for those who install it.
import { join } from 'node:path';
import { report, type Problem } from '../check/problem.ts';
import { runProgram, type Program } from '../process/program.ts';
import { entryPoints, readManifest } from '../repository/projects.ts';
import { root } from '../repository/root.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('Usage: node tools/package/main.ts <folder>');
  process.exit(2);
}
const cwd = join(root, folder);

const problems = await look('publint', '--strict');
// Are the types wrong? Only a package that can be imported has any.
if (entryPoints(readManifest(cwd), 'types').size > 0) {
  problems.push(...(await look('attw', '--pack', '.', '--profile', 'esm-only', '--no-emoji', '--no-color')));
}
report(problems);

async function look(program: Program, ...args: readonly string[]): Promise<Problem[]> {
  const { code, output } = await runProgram(program, args, { cwd });
  return code === 0 ? [] : [{ where: `${folder} (${program})`, message: `\n${output.trim()}` }];
}
