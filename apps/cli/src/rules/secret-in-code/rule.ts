import type { ProjectFile, ProjectView, Rule, RuleFinding } from '../contract.ts';
import { explanation } from '../syntax/explanation.ts';
import { findingAt, serverScripts } from '../syntax/scripts.ts';
import { tokensIn } from '../syntax/token-formats.ts';
import { namedSecrets } from './named-secrets.ts';

export const secretInCode: Rule = {
  id: 'SEA-R052',
  title: 'secret in code',
  category: 'configuration',
  severity: 'error',
  version: 1,
  scope: 'file',
  why: 'Everyone who can read the repository, now or later, has the secret, and it cannot be changed without a release.',
  fix: 'Revoke the secret, then read the new one from the environment or a secret store.',
  explain: explanation('secret-in-code'),
  check: (project) => [...textFiles(project).flatMap(tokenFindings), ...serverScripts(project).flatMap(nameFindings)],
};

function textFiles(project: ProjectView): readonly ProjectFile[] {
  const kinds = [
    'script',
    'json',
    'package-json',
    'yaml',
    'kubernetes',
    'compose',
    'workflow',
    'dockerfile',
    'other',
  ] as const;
  return project.files(...kinds).filter(({ isSupport }) => !isSupport);
}

function tokenFindings(file: ProjectFile): readonly RuleFinding[] {
  return tokensIn(file.text).map(({ start, end, kind, severity }) => ({
    ...findingAt(file, { start, end }, `Here stands ${kind}.`, severity),
    sensitive: true,
  }));
}

function nameFindings(file: ProjectFile): readonly RuleFinding[] {
  return namedSecrets(file).map(({ node, name }) => ({
    ...findingAt(file, node, `\`${name}\` is given a fixed value.`, 'warning'),
    sensitive: true,
  }));
}
