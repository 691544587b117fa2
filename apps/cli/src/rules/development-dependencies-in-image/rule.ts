import type { ProjectFile, Rule, RuleFinding } from '../contract.ts';
import { dockerfiles, runningImage } from '../syntax/docker.ts';
import { explanation } from '../syntax/explanation.ts';

export const developmentDependenciesInImage: Rule = {
  id: 'SEA-R116',
  title: 'development dependencies in the image',
  category: 'deployment',
  severity: 'warning',
  version: 1,
  why: 'Compilers and test tools make the image several times larger, and each of them is one more thing to patch.',
  fix: 'Install with `npm ci --omit=dev` in the last stage.',
  explain: explanation('development-dependencies-in-image'),
  check(project) {
    const development = Object.keys(Object(project.manifest?.['devDependencies']));
    return development.length === 0 ? [] : dockerfiles(project).flatMap(look);
  },
};

function look(file: ProjectFile): readonly RuleFinding[] {
  const { instructions } = runningImage(file);
  const at = instructions.findIndex(({ keyword, arguments: command }) => keyword === 'RUN' && npmInstall.test(command));
  const install = instructions[at];
  if (!install || !instructions.some(({ keyword }) => keyword === 'CMD' || keyword === 'ENTRYPOINT')) return [];
  const isProduction = instructions
    .slice(0, at)
    .some(({ keyword, arguments: text }) => keyword === 'ENV' && /NODE_ENV[= ]["']?production/.test(text));
  const isPruned = instructions.some(({ arguments: text }) => /npm\s+prune/.test(text));
  if (isProduction || isPruned || leavesOut.test(install.arguments)) return [];
  const message = 'This installs the devDependencies into the image that runs.';
  return [{ file: file.path, position: install.position, message }];
}

const npmInstall = /\bnpm\s+(ci|i|install)\b(?!\s+(-g|--global))/;
const leavesOut = /--omit[= ]dev|--prod(uction)?\b|--only[= ]prod|NODE_ENV=production/;
