import type { Node, Rule } from '../contract.ts';
import { keyOf, lastNameOf, literalOf } from '../syntax/expressions.ts';
import { explanation } from '../syntax/explanation.ts';
import { inspect, serverScripts } from '../syntax/scripts.ts';

export const serverTimeoutDisabled: Rule = {
  id: 'SEA-R075',
  title: 'server timeout switched off',
  category: 'resilience',
  severity: 'warning',
  version: 1,
  scope: 'file',
  why: 'Clients that send one byte a minute then hold connections for ever, until none is left.',
  fix: 'Leave the default, or raise the limit to what the slowest honest client needs.',
  explain: explanation('server-timeout-disabled'),
  check: (project) =>
    inspect(serverScripts(project), /requestTimeout|headersTimeout/, (report) => ({
      AssignmentExpression: (node) => {
        const name = lastNameOf(node.left);
        const isOfServer =
          node.left.type === 'MemberExpression' && /server|https?|app/i.test(lastNameOf(node.left.object) ?? '');
        if (isOfServer && isOff(name, node.right)) report(node, messageFor(name));
      },
      CallExpression({ callee, arguments: [options] }) {
        if (!/^create(Secure)?Server$/.test(lastNameOf(callee) ?? '') || options?.type !== 'ObjectExpression') return;
        for (const property of options.properties) {
          if (property.type === 'Property' && isOff(keyOf(property), property.value))
            report(property, messageFor(keyOf(property)));
        }
      },
    })),
};

function isOff(name: string | undefined, value: Node): boolean {
  return (name === 'requestTimeout' || name === 'headersTimeout') && literalOf(value) === 0;
}

function messageFor(name = ''): string {
  return `\`${name}\` of 0 lets a request take for ever to arrive.`;
}
