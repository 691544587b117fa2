import type { ProjectFile, ProjectView } from '../contract.ts';
import { type CallNode, lastNameOf, receiverOf } from './expressions.ts';
import { serverScripts } from './scripts.ts';

/** A place where a server starts to listen. */
export interface Listening {
  readonly file: ProjectFile;
  readonly call: CallNode;
}

const serverName = /server|app|fastify|express|koa|https?|instance|api|service|web/i;

/** Every call of `listen` on something that looks like a server. */
export function listenings(project: ProjectView): readonly Listening[] {
  return serverScripts(project).flatMap((file) => {
    const found: Listening[] = [];
    if (!file.text.includes('.listen(')) return found;
    file.script().visit({
      CallExpression(call) {
        if (lastNameOf(call.callee) === 'listen' && isServer(call)) found.push({ file, call });
      },
    });
    return found;
  });
}

function isServer(call: CallNode): boolean {
  const receiver = receiverOf(call);
  if (receiver?.type === 'CallExpression') return serverName.test(lastNameOf(receiver.callee) ?? '');
  return serverName.test(lastNameOf(receiver) ?? '');
}
