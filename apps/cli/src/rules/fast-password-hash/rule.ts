import type { Node, Rule } from '../contract.ts';
import { lastNameOf, receiverOf, unwrap } from '../syntax/expressions.ts';
import { explanation } from '../syntax/explanation.ts';
import { inspect, serverScripts } from '../syntax/scripts.ts';

export const fastPasswordHash: Rule = {
  id: 'SEA-R095',
  title: 'password hashed with a fast hash',
  category: 'security',
  severity: 'warning',
  version: 1,
  scope: 'file',
  why: 'A stolen table of such hashes is turned back into passwords at billions of guesses a second.',
  fix: 'Use scrypt, argon2 or bcrypt with a salt of its own for each password.',
  explain: explanation('fast-password-hash'),
  check: (project) =>
    inspect(serverScripts(project), /createHash/, (report) => ({
      CallExpression(call) {
        const [data] = call.arguments;
        if (lastNameOf(call.callee) !== 'update' || !data || !isPassword(data)) return;
        const hash = receiverOf(call);
        if (hash?.type === 'CallExpression' && lastNameOf(hash.callee) === 'createHash') {
          report(call, 'A fast hash of a password can be guessed quickly.');
        }
      },
    })),
};

function isPassword(data: Node): boolean {
  const bare = unwrap(data);
  if (bare.type === 'TemplateLiteral') return bare.expressions.some(isPassword);
  return /pass(word|wd|phrase)$/i.test(lastNameOf(bare) ?? '');
}
