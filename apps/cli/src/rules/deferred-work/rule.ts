import type { ProjectFile, Rule, RuleFinding } from '../contract.ts';
import { explanation } from '../syntax/explanation.ts';
import { findingAt, serverScripts } from '../syntax/scripts.ts';

export const deferredWork: Rule = {
  id: 'SEA-R131',
  title: 'work put off in a comment',
  category: 'quality',
  severity: 'info',
  version: 1,
  scope: 'file',
  why: 'Nobody plans what is only in a comment, so it is found again by whoever it hurts.',
  fix: 'Do it, or open an issue and name it in the comment.',
  explain: explanation('deferred-work'),
  check: (project) => serverScripts(project).flatMap(look),
};

const mark = /^[\s*/!@-]*(TODO|FIXME|HACK|XXX)\b/m;
/** The same, in a text where a comment may begin anywhere. */
const hint = /(?:^|\/\/|\/\*|<!--|-->)(?:[^\S\n]|[*/!@-]){0,200}(?:TODO|FIXME|HACK|XXX)\b/m;
const reference = /#\d+|https?:\/\/|\b[A-Z][A-Z0-9]+-\d+\b/;

function look(file: ProjectFile): readonly RuleFinding[] {
  if (!hint.test(file.text)) return [];
  return file.script().comments.flatMap((comment) => {
    const match = mark.exec(comment.value);
    if (!match || reference.test(comment.value)) return [];
    return [findingAt(file, comment, `This comment puts work off: ${match[1]}.`)];
  });
}
