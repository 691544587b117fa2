import type { Edit, ProjectFile, Rule } from '../contract.ts';
import { edit } from '../syntax/edits.ts';
import { nameOf, textOf, type CallNode } from '../syntax/expressions.ts';
import { explanation } from '../syntax/explanation.ts';
import { inspect } from '../syntax/scripts.ts';

export const focusedTest: Rule = {
  id: 'SEA-R135',
  title: 'test left alone with .only',
  category: 'quality',
  severity: 'warning',
  version: 2,
  scope: 'file',
  why: 'All other tests of the file are skipped, and the run is green.',
  fix: 'Take the `.only` away.',
  explain: explanation('focused-test'),
  check: (project) =>
    inspect(
      project.files('script').filter(({ path }) => testFile.test(path) && !isExample.test(path)),
      /\.only\b|\bf(it|describe)\b/,
      (report, file) => ({
        CallExpression(call) {
          const name = nameOf(call.callee) ?? '';
          const [title] = call.arguments;
          const isTitled = title?.type === 'TemplateLiteral' || textOf(title) !== undefined;
          // Node's own runner heeds the mark only when it is started with --test-only.
          const severity = /['"]node:test['"]/.test(file.text) ? 'info' : 'warning';
          if (focused.test(name) && isTitled)
            report(call, `\`${name}\` skips every other test here.`, severity, withoutMark(file, call));
        },
      }),
    ),
};

const testFile = /\.(test|spec)\.[cm]?[jt]sx?$|(^|\/)(tests?|specs?|__tests__)\//;
const isExample = /(^|\/)(__)?(fixtures?|examples?|templates?)(__)?\//;
const focused = /^((it|test|describe|suite|context|bench)(\.\w+)*\.only|fit|fdescribe)$/;

/** Takes `.only` away; what `fit` would have to become depends on where it comes from. */
function withoutMark(file: ProjectFile, { callee }: CallNode): readonly Edit[] | undefined {
  if (callee.type !== 'MemberExpression' || callee.computed || callee.optional) return undefined;
  const mark = { start: callee.object.end, end: callee.end };
  return file.text.slice(mark.start, mark.end) === '.only' ? [edit(file, mark, '')] : undefined;
}
