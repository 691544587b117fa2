import type { Node, Rule } from '../contract.ts';
import { lastNameOf } from '../syntax/expressions.ts';
import { explanation } from '../syntax/explanation.ts';
import { enclosingFunction, parameterNames } from '../syntax/functions.ts';
import { inspect, isDevelopmentOnly, serverScripts } from '../syntax/scripts.ts';

export const blockingCallInHandler: Rule = {
  id: 'SEA-R074',
  title: 'blocking call in a request handler',
  category: 'resilience',
  severity: 'warning',
  version: 1,
  scope: 'file',
  why: 'While it runs, the process answers nobody else.',
  fix: 'Use the asynchronous form, or do the work once at start.',
  explain: explanation('blocking-call-in-handler'),
  check: (project) =>
    project.shape !== 'service'
      ? []
      : inspect(
          serverScripts(project),
          /(?:File|readdir|cp|rm|exec|spawn|pbkdf2|scrypt|Pair|zip|flate|press|hash|compare|Salt)Sync\b/,
          (report, file) => ({
            CallExpression(call, ancestors) {
              const name = lastNameOf(call.callee) ?? '';
              if (!blocking.test(name) || !isInHandler(ancestors) || isDevelopmentOnly(file, ancestors)) return;
              report(call, `\`${name}\` stops every other request while it runs.`);
            },
          }),
        ),
};

const blocking =
  /^(readFile|writeFile|appendFile|readdir|copyFile|cp|rm|exec|execFile|spawn|pbkdf2|scrypt|generateKeyPair|gzip|gunzip|deflate|inflate|brotliCompress|brotliDecompress|hash|compare|genSalt)Sync$/;

/** Whether the innermost function takes a request and something to answer with. */
function isInHandler(ancestors: readonly Node[]): boolean {
  const around = enclosingFunction(ancestors);
  if (!around) return false;
  const [first = '', second = ''] = parameterNames(around);
  return /^_?(req|request)$/.test(first) ? /^_?(res|response|reply|h|next)$/.test(second) : first === 'ctx';
}
