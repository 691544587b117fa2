import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lineOf, type Problem } from '../check/problem.ts';
import { listFiles } from '../repository/files.ts';
import { registryHosts } from './registries.ts';
import { bareErrors, focusedTests, forbiddenFolder, forbiddenHosts, unfinishedWork, type WordRule } from './rules.ts';

/** Words that must not be in any file of the repository. */
export async function wordProblems(root: string): Promise<readonly Problem[]> {
  const rules = [
    unfinishedWork,
    focusedTests,
    bareErrors,
    forbiddenHosts(await registryHosts(root)),
    forbiddenFolder(root),
  ];
  const files = await listFiles(root);
  return files.flatMap((file) => fileProblems(root, file, rules));
}

function fileProblems(root: string, file: string, rules: readonly WordRule[]): readonly Problem[] {
  const bytes = readFileSync(join(root, file));
  // A zero byte near the start means that this is no text; git decides the same way.
  if (bytes.subarray(0, 8000).includes(0)) return [];
  const text = bytes.toString('utf8');
  return rules
    .flatMap((rule) => rule(file, text))
    .map(({ offset, message }) => ({ where: `${file}:${lineOf(text, offset)}`, message }));
}
