// npm run api [-- <package> …]: builds, then writes the public types of each package to its api.md.
import { problemsOfTargets } from '../check/targets.ts';
import { report } from '../check/problem.ts';
import { mapLimited } from '../process/limit.ts';
import { run } from '../process/run.ts';
import { entryPoints, isPublished, readProjects } from '../repository/projects.ts';
import { root } from '../repository/root.ts';

const wanted = process.argv.slice(2);
const projects = readProjects(root)
  .filter((project) => isPublished(project) && entryPoints(project.manifest, 'types').size > 0)
  .filter((project) => wanted.length === 0 || wanted.includes(project.id));

const problems = await problemsOfTargets(['build']);
if (problems.length === 0) {
  await mapLimited(projects, 2, async ({ folder }) => {
    const { code, output } = await run(
      process.execPath,
      [...process.execArgv, 'tools/api/main.ts', folder, '--update'],
      {
        cwd: root,
      },
    );
    if (code !== 0) problems.push({ where: folder, message: `\n${output.trim()}` });
  });
}
report(problems);
