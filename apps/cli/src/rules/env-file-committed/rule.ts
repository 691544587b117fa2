import type { ProjectFile, Rule, RuleFinding } from '../contract.ts';
import { explanation } from '../syntax/explanation.ts';
import { isSecretName, isStandIn } from '../syntax/secrets.ts';

export const envFileCommitted: Rule = {
  id: 'SEA-R053',
  title: 'environment file committed',
  category: 'configuration',
  severity: 'error',
  version: 1,
  why: 'The values of one machine, and its secrets, are in every clone and in the history for ever.',
  fix: 'Change the secrets, remove the file from git, ignore it, and keep a .env.example without values.',
  explain: explanation('env-file-committed'),
  check: (project) =>
    project
      .files('env')
      .filter(({ isSupport, path }) => !isSupport && !sample.test(path))
      .flatMap(look),
};

const sample =
  /(example|sample|template|tpl|dist|defaults?|schema|vault)(\.\w+)?$|(^|\/)(example|sample|template)\.env$/i;
const forMachine = /(^|\/)\.env(\.(local|prod(uction)?|stag(e|ing)))*$/i;

interface Entry {
  readonly name: string;
  readonly value: string;
  readonly offset: number;
}

function look(file: ProjectFile): readonly RuleFinding[] {
  const entries = entriesOf(file.text);
  const secrets = entries.filter(({ name, value }) => isSecretName(name) && !isStandIn(value));
  const isForMachine = forMachine.test(file.path);
  const [first] = secrets.length > 0 ? secrets : entries;
  if (!first || (secrets.length === 0 && !isForMachine)) return [];
  const message =
    secrets.length > 0
      ? `This file gives values to ${secrets.map(({ name }) => `\`${name}\``).join(', ')}.`
      : 'This file is not ignored, and holds the values of one machine.';
  const severity = secrets.length === 0 ? 'info' : isForMachine ? 'error' : 'warning';
  return [{ file: file.path, position: file.position(first.offset), message, severity, sensitive: true }];
}

function entriesOf(text: string): readonly Entry[] {
  return [...text.matchAll(/^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*=[ \t]*(.*?)[ \t]*$/gm)].map((match) => ({
    name: match[1] ?? '',
    value: (match[2] ?? '').replace(/^(["'])(.*)\1$/, '$2'),
    offset: match.index,
  }));
}
