import type { ProjectFile, ProjectView, Rule } from '../contract.ts';
import { dockerfiles } from '../syntax/docker.ts';
import { explanation } from '../syntax/explanation.ts';

export const missingDockerignore: Rule = {
  id: 'SEA-R112',
  title: 'no .dockerignore',
  category: 'deployment',
  severity: 'warning',
  version: 1,
  why: 'Secrets, the git history and the node_modules of another platform get into the image.',
  fix: 'Add a .dockerignore with node_modules, .git, .env* and everything else that is made on your machine.',
  explain: explanation('missing-dockerignore'),
  check: (project) =>
    dockerfiles(project).flatMap((file) => {
      if (ignoresSomething(project, file)) return [];
      const copy = file
        .docker()
        .instructions.find(({ keyword, arguments: text }) => /^(COPY|ADD)$/.test(keyword) && copiesAll(text));
      if (!copy) return [];
      return [
        {
          file: file.path,
          position: copy.position,
          message: 'This copies the whole folder, and no .dockerignore leaves anything out.',
        },
      ];
    }),
};

/** The build context is the folder of the file or the root of the project. */
function ignoresSomething(project: ProjectView, { path }: ProjectFile): boolean {
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  return ['.dockerignore', `${folder}.dockerignore`, `${path}.dockerignore`].some((name) => project.has(name));
}

function copiesAll(text: string): boolean {
  if (/--from=/.test(text)) return false;
  const words = text.split(/\s+/).filter((word) => !word.startsWith('--'));
  return words.slice(0, -1).some((source) => source === '.' || source === './' || source === '*');
}
