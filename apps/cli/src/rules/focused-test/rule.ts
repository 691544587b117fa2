import type { Rule } from '../contract.ts';
import { nameOf, textOf } from '../syntax/expressions.ts';
import { explanation } from '../syntax/explanation.ts';
import { inspect } from '../syntax/scripts.ts';

export const focusedTest: Rule = {
  id: 'SEA-R135',
  title: 'test left alone with .only',
  category: 'quality',
  severity: 'warning',
  version: 1,
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
          if (focused.test(name) && isTitled) report(call, `\`${name}\` skips every other test here.`, severity);
        },
      }),
    ),
};

const testFile = /\.(test|spec)\.[cm]?[jt]sx?$|(^|\/)(tests?|specs?|__tests__)\//;
const isExample = /(^|\/)(__)?(fixtures?|examples?|templates?)(__)?\//;
const focused = /^((it|test|describe|suite|context|bench)(\.\w+)*\.only|fit|fdescribe)$/;
