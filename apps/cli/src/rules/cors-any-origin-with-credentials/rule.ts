import type { Rule } from '../contract.ts';
import { asObject, lastNameOf, literalOf, memberOf, nameOf, textOf } from '../syntax/expressions.ts';
import { explanation } from '../syntax/explanation.ts';
import { inspect, serverScripts } from '../syntax/scripts.ts';

export const corsAnyOriginWithCredentials: Rule = {
  id: 'SEA-R085',
  title: 'CORS lets every site act for the user',
  category: 'security',
  severity: 'error',
  version: 1,
  scope: 'file',
  why: 'Any page a signed-in user opens can read and change their data with their cookies.',
  fix: 'List the origins that may send credentials.',
  explain: explanation('cors-any-origin-with-credentials'),
  check: (project) =>
    inspect(serverScripts(project), /credentials/i, (report, file) => ({
      ObjectExpression(options) {
        const origin = memberOf(options, 'origin');
        if (!origin || literalOf(memberOf(options, 'credentials')) !== true) return;
        const value = literalOf(origin);
        if (value === true) report(origin, 'Every origin is let in, with credentials.');
        // Browsers refuse the pair: it does no harm, and it does not work either.
        if (value === '*') report(origin, 'Browsers refuse `*` together with credentials.', 'warning');
      },
      CallExpression(call) {
        const [name, value] = call.arguments;
        const isHeader = /^(setHeader|header|set)$/.test(lastNameOf(call.callee) ?? '');
        if (!isHeader || textOf(name)?.toLowerCase() !== 'access-control-allow-origin' || !value || asObject(value))
          return;
        if (!allowsCredentials.test(file.text) || !/\.headers\.origin$|^origin$/.test(nameOf(value) ?? '')) return;
        if (!checksOrigin.test(file.text))
          report(call, 'The origin of the request is sent back unchecked, with credentials.');
      },
    })),
};

const allowsCredentials = /access-control-allow-credentials['"]\s*,\s*['"]?true/i;
const checksOrigin = /\.(includes|has|test|match|indexOf|some)\(\s*[\w.]*origin|allowed|whitelist|origins/i;
