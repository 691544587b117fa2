import type { Node } from '../contract.ts';
import { lastNameOf, nameOf, receiverOf, unwrap } from '../syntax/expressions.ts';
import { inlineFunction } from '../syntax/functions.ts';

const functions =
  /^(fetch|axios|got|ky|superagent|(read|write|append|copy)File|readdir|mkdir|unlink|l?stat|sendMail|exec|execFile)$/;
const modules = /(^|\.)(https?|undici|axios|got|ky|superagent|fs|fsp|fsPromises|fs\.promises)$/;
const methods =
  /^(query|execute|request|fetch|send|sendMail|publish|save|insert\w*|upsert\w*|destroy|aggregate|bulk[A-Z]\w*|count(Documents)?|(find|update|delete|create)(One|Many|All|First|Unique|By[A-Z]\w*|And[A-Z]\w*|Or[A-Z]\w*)?)$/;

/** Whether a node calls the network, a file or a database: something outside this process that can have enough. */
export function isOutsideCall(node: Node): boolean {
  const bare = unwrap(node);
  if (bare.type !== 'CallExpression') return false;
  const name = lastNameOf(bare.callee) ?? '';
  const receiver = receiverOf(bare);
  if (receiver === undefined) return functions.test(name);
  if (modules.test(nameOf(receiver) ?? '')) return !name.endsWith('Sync');
  // `list.find((each) => …)` looks through a list.
  return methods.test(name) && inlineFunction(bare.arguments[0]) === undefined && nameOf(receiver) !== 'Object';
}
