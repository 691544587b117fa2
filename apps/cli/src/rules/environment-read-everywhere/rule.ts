import type { Node, ProjectFile, Rule } from '../contract.ts';
import { nameOf } from '../syntax/expressions.ts';
import { explanation } from '../syntax/explanation.ts';
import { findingAt, isCommandLine, serverScripts } from '../syntax/scripts.ts';

export const environmentReadEverywhere: Rule = {
  id: 'SEA-R050',
  title: 'environment read all over',
  category: 'configuration',
  severity: 'warning',
  version: 1,
  why: 'Nobody can tell which variables the service needs, and a missing one is found by the first request that needs it.',
  fix: 'Read and check the environment once, in one module, and hand the values to the rest.',
  explain: explanation('environment-read-everywhere'),
  check(project) {
    if (project.shape !== 'service') return [];
    const scripts = serverScripts(project).filter(({ path }) => !configModule.test(path));
    const reads = scripts.filter((file) => !isCommandLine(file)).flatMap(firstRead);
    const [first] = reads;
    if (!first || reads.length <= allowedFiles) return [];
    const message = `The environment is read in ${reads.length} files outside of a configuration module, first in this one.`;
    return [findingAt(first.file, first.node, message)];
  },
};

const allowedFiles = 5;
const configModule = /(^|\/)([\w-]*config(uration)?|env|environment|settings|constants)(\/|\.[cm]?[jt]s$)/i;

function firstRead(file: ProjectFile): readonly { readonly file: ProjectFile; readonly node: Node }[] {
  if (!file.text.includes('process.env')) return [];
  let first: Node | undefined;
  file.script().visit({
    MemberExpression(member) {
      const [, variable] = /^process\.env\.([^.]+)/.exec(nameOf(member) ?? '') ?? [];
      if (variable !== undefined && !/^(NODE_ENV$|npm_)/.test(variable)) first ??= member;
    },
  });
  return first ? [{ file, node: first }] : [];
}
