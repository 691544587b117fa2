import type { ProjectView, Rule } from '../contract.ts';
import { nameOf } from '../syntax/expressions.ts';
import { explanation } from '../syntax/explanation.ts';
import { isConsoleCall, isLogCall, logCallHint, loggedValues } from '../syntax/logging.ts';
import { inspect, isDevelopmentOnly, serverScripts } from '../syntax/scripts.ts';

export const requestLoggedWhole: Rule = {
  id: 'SEA-R022',
  title: 'whole request written to the log',
  category: 'logging',
  severity: 'warning',
  version: 1,
  scope: 'file',
  why: 'Headers carry cookies and tokens, bodies carry personal data, and a request object is kilobytes of it.',
  fix: 'Log the fields you need by name: method, route, status, id.',
  explain: explanation('request-logged-whole'),
  check: (project) =>
    inspect(serverScripts(project), [/\breq(uest)?\b/, logCallHint], (report, file) => ({
      CallExpression(call, ancestors) {
        if (!isLogCall(call) || isDevelopmentOnly(file, ancestors)) return;
        const isPlain = isConsoleCall(call) || !picksFields(project);
        for (const { node, field } of loggedValues(call)) {
          const name = nameOf(node) ?? '';
          const isWhole = field === undefined && isPlain && /^(req|request)$/.test(name);
          if (isWhole || part.test(name)) report(node, `\`${name}\` is written to the log as a whole.`);
        }
      },
    })),
};

const part = /^(req|request|ctx\.request|ctx\.req)\.(headers|rawHeaders|body|rawBody|cookies)$/;

/** Loggers that write only some fields of a request object given to them. */
function picksFields({ dependencies }: ProjectView): boolean {
  return ['pino', 'fastify', 'bunyan', 'pino-http'].some((name) => dependencies.has(name));
}
