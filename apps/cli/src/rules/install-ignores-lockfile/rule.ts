import type { ProjectFile, Rule, RuleFinding } from '../contract.ts';
import { dockerfiles } from '../syntax/docker.ts';
import { explanation } from '../syntax/explanation.ts';

export const installIgnoresLockfile: Rule = {
  id: 'SEA-R115',
  title: 'image installs without the lockfile',
  category: 'deployment',
  severity: 'warning',
  version: 1,
  why: 'The image holds other versions than the ones that were tested.',
  fix: 'Copy the lockfile and use `npm ci`.',
  explain: explanation('install-ignores-lockfile'),
  check: (project) => dockerfiles(project).flatMap(installs),
};

// `npm install` without the name of a package: only options, until the command ends.
const npmInstall = /\bnpm\s+(?:i|install|add)(?:\s+-{1,2}[^\s;&|]+)*\s*(?:$|[;&|\n])/;
const isGlobal = /\s(-g|--global|--location=global|--package-lock-only)\b/;

function installs(file: ProjectFile): readonly RuleFinding[] {
  return file
    .docker()
    .instructions.filter(({ keyword }) => keyword === 'RUN')
    .flatMap(({ arguments: command, position }) => {
      const [call] = npmInstall.exec(command) ?? [];
      if (call === undefined || isGlobal.test(call)) return [];
      return [
        {
          file: file.path,
          position,
          message: `\`${call.replace(/[;&|\s]+$/, '')}\` may change what the lockfile says.`,
        },
      ];
    });
}
