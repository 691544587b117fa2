import type { DockerInstruction, ProjectFile, Rule, RuleFinding } from '../contract.ts';
import { dockerfiles } from '../syntax/docker.ts';
import { explanation } from '../syntax/explanation.ts';
import { isSecretName, isStandIn } from '../syntax/secrets.ts';

export const secretInImage: Rule = {
  id: 'SEA-R094',
  title: 'secret built into an image',
  category: 'security',
  severity: 'error',
  version: 1,
  why: 'Everyone who can pull the image can read it, in the image or in its history.',
  fix: 'Give it at run time, or for a build with `RUN --mount=type=secret`.',
  explain: explanation('secret-in-image'),
  check: (project) =>
    dockerfiles(project).flatMap((file) => file.docker().instructions.flatMap((each) => look(file, each))),
};

function look(
  file: ProjectFile,
  { keyword, arguments: text, position, end }: DockerInstruction,
): readonly RuleFinding[] {
  if (keyword !== 'ENV' && keyword !== 'ARG') return [];
  return entriesOf(text).flatMap(({ name, value }): readonly RuleFinding[] => {
    if (!isSecretName(name)) return [];
    const place = { file: file.path, position, end, sensitive: true };
    if (keyword === 'ENV' && value.startsWith('$')) return [{ ...place, message: `\`${name}\` is kept in the image.` }];
    if (value !== '' && !isStandIn(value)) return [{ ...place, message: `\`${name}\` has its value in this file.` }];
    if (keyword === 'ENV') return [];
    return [
      { ...place, message: `The value given for \`${name}\` stays in the history of the image.`, severity: 'warning' },
    ];
  });
}

interface Entry {
  readonly name: string;
  readonly value: string;
}

/** `NAME=value NAME2="value"`, or the old form `NAME value`. */
function entriesOf(text: string): readonly Entry[] {
  const [, oldName, oldValue] = /^(\w+)\s+([^=]*)$/.exec(text) ?? [];
  if (oldName !== undefined) return [{ name: oldName, value: oldValue ?? '' }];
  return [...text.matchAll(/(\w+)(?:=("[^"]*"|'[^']*'|\S*))?/g)].map(([, name = '', value = '']) => ({
    name,
    value: value.replace(/^(["'])(.*)\1$/, '$2'),
  }));
}
