import type { DockerInstruction, Edit, ProjectFile, Rule, RuleFinding } from '../contract.ts';
import { commandOf, dockerfiles, lastOf, runningImage } from '../syntax/docker.ts';
import { edit } from '../syntax/edits.ts';
import { explanation } from '../syntax/explanation.ts';

export const shellFormStart: Rule = {
  id: 'SEA-R015',
  title: 'container started through a shell',
  category: 'lifecycle',
  severity: 'info',
  version: 2,
  why: 'Depending on the image, the shell stays process 1 and does not pass SIGTERM on to Node.',
  fix: 'Write the command in exec form, as a JSON list.',
  explain: explanation('shell-form-start'),
  check: (project) => dockerfiles(project).flatMap(shellStart),
};

function shellStart(file: ProjectFile): readonly RuleFinding[] {
  const { base, instructions } = runningImage(file);
  const start = lastOf(instructions, 'ENTRYPOINT') ?? lastOf(instructions, 'CMD');
  if (!start) return [];
  const { words, isShell } = commandOf(start);
  // A package manager is a finding of its own, in either form.
  if (!isShell || /^(exec|npm|npx|yarn|pnpm)$/.test(words[0] ?? '')) return [];
  const message = `${start.keyword} is in shell form: \`${words[0]}\` runs below /bin/sh.`;
  const edits = isWindows.test(base) || lastOf(instructions, 'SHELL') ? undefined : execForm(file, start);
  return [{ file: file.path, position: start.position, message, ...(edits && { edits }) }];
}

const isWindows = /windows|nanoserver|servercore/i;
// Words that mean to every shell what they mean without one, the first of which is a program.
const plainWords = /^(CMD[ \t]+)([\w/.-]+(?:[ \t]+[\w/.:@=+,-]+)*)[ \t]*$/i;
const builtIns =
  /^(?:\.|alias|bg|break|cd|command|continue|eval|exec|exit|export|fg|jobs|read|readonly|return|set|shift|source|time|times|trap|type|ulimit|umask|unalias|unset|wait)$/;

/** The same words as a list. An ENTRYPOINT is left alone: in exec form it takes the arguments that it has ignored so far. */
function execForm(file: ProjectFile, { position, end }: DockerInstruction): readonly Edit[] | undefined {
  if (position.line !== end.line) return undefined;
  const start = offsetOfLine(file.text, position.line) + position.column - 1;
  const written = file.text.slice(start, start + end.column - position.column);
  const [, before, command] = plainWords.exec(written) ?? [];
  const words = command?.split(/[ \t]+/) ?? [];
  if (before === undefined || command === undefined || builtIns.test(words[0] ?? '')) return undefined;
  const at = start + before.length;
  const list = words.map((word) => JSON.stringify(word)).join(', ');
  return [edit(file, { start: at, end: at + command.length }, `[${list}]`)];
}

function offsetOfLine(text: string, line: number): number {
  let at = 0;
  for (let number = 1; number < line; number += 1) at = text.indexOf('\n', at) + 1;
  return at;
}
