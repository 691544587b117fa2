import type { Node, Rule } from '../contract.ts';
import { asObject, lastNameOf, memberOf, textOf } from '../syntax/expressions.ts';
import { explanation } from '../syntax/explanation.ts';
import { inspect, serverScripts } from '../syntax/scripts.ts';

export const fixedLogLevel: Rule = {
  id: 'SEA-R023',
  title: 'log level fixed in code',
  category: 'logging',
  severity: 'info',
  version: 2,
  scope: 'file',
  why: 'When something goes wrong the level cannot be raised without a new build.',
  fix: 'Take the level from the configuration, and let it be changed at run time.',
  explain: explanation('fixed-log-level'),
  check: (project) =>
    project.shape !== 'service'
      ? []
      : inspect(
          serverScripts(project),
          [/\blevel\b/, /\b(?:pino|createLogger|fastify|Fastify|bunyan)\b["'`\])!\s]*(?:[(<?/]|as\b|satisfies\b)/],
          (report) => ({
            CallExpression(call) {
              if (!/^(pino|createLogger|fastify|Fastify|bunyan)$/.test(lastNameOf(call.callee) ?? '')) return;
              const level = levelIn(call.arguments[0]);
              const text = textOf(level);
              if (level && text !== undefined && !everything.test(text))
                report(level, `The log level is always \`${text}\`.`);
            },
          }),
        ),
};

// The most talkative level of the loggers there are: no incident can ask for more.
const everything = /^(trace|silly|all)$/;

function levelIn(argument: Node | undefined): Node | undefined {
  const options = asObject(argument);
  if (!options) return undefined;
  const logger = asObject(memberOf(options, 'logger'));
  return memberOf(logger ?? options, 'level');
}
