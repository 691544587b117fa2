import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lineOf, type Problem } from '../check/problem.ts';
import { listFiles } from '../repository/files.ts';
import { readManifest, readProjects, type Project } from '../repository/projects.ts';
import { environmentProblems } from './environment.ts';
import { importsOf } from './imports.ts';
import { judge, type House } from './judge.ts';
import { manifestProblems } from './manifests.ts';

const isSource = /\.[cm]?[jt]sx?$/;
// Fixtures are data of tests and of rules; they may be as wrong as they need to be.
const isFixture = /\/(fixtures|faulty-service)\//;

/** Every import and every package.json of the house that breaks a rule of the floors. */
export async function layerProblems(root: string): Promise<readonly Problem[]> {
  const house: House = { projects: readProjects(root), workspace: readManifest(root) };
  const files = await listFiles(root, 'packages', 'apps');
  const sources = files.filter((file) => isSource.test(file) && !isFixture.test(file));
  return house.projects.flatMap((project) => [
    ...manifestProblems(root, house.projects, project),
    ...sources
      .filter((file) => file.startsWith(`${project.folder}/`))
      .flatMap((file) => fileProblems(root, house, project, file)),
  ]);
}

function fileProblems(root: string, house: House, project: Project, file: string): readonly Problem[] {
  const text = readFileSync(join(root, file), 'utf8');
  try {
    const imports = importsOf(file, text).flatMap((found) => {
      const message = judge(house, project, file, found);
      return message === undefined ? [] : [{ where: `${file}:${lineOf(text, found.offset)}`, message }];
    });
    const readme = (): string => readFileSync(join(root, project.folder, 'README.md'), 'utf8');
    return [...imports, ...environmentProblems({ file, text, readme })];
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return [{ where: file, message: `does not parse: ${error.message}` }];
  }
}
