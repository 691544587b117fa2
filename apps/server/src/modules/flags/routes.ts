import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ServerErrors } from '../../errors.ts';
import type { Accounts } from '../accounts/service.ts';
import type { Account } from '../accounts/sessions.ts';
import { bearerOf } from '../accounts/bearer.ts';
import { requireRight, requireStanding } from '../accounts/roles.ts';
import type { Change, FlagAdministration } from './administration.ts';
import type { FlagChange, StoredFlags } from './store.ts';

export interface FlagRoutesOptions {
  readonly administration: FlagAdministration;
  readonly accounts: Pick<Accounts, 'authenticate'>;
}

/** `/api/v1/flags`: the flags as they are kept, their history, and every change. The application has to be of its own. */
export function flagRoutes(app: FastifyInstance, { administration, accounts }: FlagRoutesOptions): void {
  const callers = new WeakMap<FastifyRequest, Account>();
  // Before the body: that of a stranger is not read.
  app.addHook('onRequest', async (request, reply) => {
    void reply.header('cache-control', 'no-store');
    const account = await accounts.authenticate(bearerOf(request), request.ip);
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    (isRead ? requireStanding : requireRight)(account, 'switchFlags');
    callers.set(request, account);
  });
  const by = (request: FastifyRequest): Change => {
    const { name, tokenKey } = callers.get(request) as Account;
    return { by: name, after: ifMatch(request), context: { tokenKey, address: request.ip, requestId: request.id } };
  };

  app.get('/api/v1/flags', async (_request, reply) => sendStored(reply, await administration.current()));
  app.get('/api/v1/flags/history', async () => ({ versions: await administration.history() }));
  app.get<{ Params: { version: string } }>('/api/v1/flags/history/:version', async ({ params }, reply) =>
    sendStored(reply, await administration.version(Number(params.version))),
  );
  app.put('/api/v1/flags', async (request, reply) =>
    sendChange(reply, await administration.replace(jsonOf(request), by(request))),
  );
  app.put<{ Params: { key: string } }>('/api/v1/flags/keys/:key', async (request, reply) =>
    sendChange(reply, await administration.set(request.params.key, jsonOf(request), by(request))),
  );
  app.delete<{ Params: { key: string } }>('/api/v1/flags/keys/:key', async (request, reply) =>
    sendChange(reply, await administration.remove(request.params.key, by(request))),
  );
  app.post('/api/v1/flags/rollback', async (request, reply) => {
    const { version } = (jsonOf(request) ?? {}) as { readonly version?: unknown };
    return sendChange(reply, await administration.rollback(Number(version), by(request)));
  });
}

/** The version that whoever sends a change has read: `If-Match: "3"`. @throws BAD_REQUEST */
function ifMatch({ headers }: FastifyRequest): number | undefined {
  const given = headers['if-match'];
  if (given === undefined || given === '*') return undefined;
  const version = /^"(\d{1,15})"$/.exec(given)?.[1];
  if (version === undefined) throw new ServerErrors.BAD_REQUEST({ reason: 'If-Match is not a version like "3"' });
  return Number(version);
}

/** @throws BAD_REQUEST */
function jsonOf({ body }: FastifyRequest): unknown {
  try {
    return JSON.parse(body instanceof Uint8Array ? Buffer.from(body).toString() : '') as unknown;
  } catch (cause) {
    throw new ServerErrors.BAD_REQUEST({ reason: 'its body is not JSON' }, { cause });
  }
}

function sendStored(reply: FastifyReply, { document, ...change }: StoredFlags): FastifyReply {
  void reply.header('etag', `"${change.version}"`);
  return reply.send({ ...change, document: JSON.parse(document) as unknown });
}

function sendChange(reply: FastifyReply, change: FlagChange): FastifyReply {
  return reply.header('etag', `"${change.version}"`).send(change);
}
