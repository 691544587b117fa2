import { Readable } from 'node:stream';
import type { SchemaServer } from '@seaworthy/schema-registry/http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { cachingOf } from '../../http/caching.ts';
import { bearerOf } from '../accounts/bearer.ts';
import { requireRight } from '../accounts/roles.ts';
import type { Accounts } from '../accounts/service.ts';
import type { Account } from '../accounts/sessions.ts';
import type { StoredSchemaLog } from './log.ts';

/** Where clients of a schema registry find it. */
export const prefix = '/schema-registry';

export interface SchemaRoutesOptions {
  readonly server: SchemaServer;
  readonly log: StoredSchemaLog;
  readonly accounts: Pick<Accounts, 'authenticate'>;
  /** Whether schemas are shown to those who have no account. */
  readonly everyoneReads: boolean;
}

/** The protocol of Confluent's registry, under `/schema-registry`. */
export function schemaRoutes(
  app: FastifyInstance,
  { server, log, accounts, everyoneReads }: SchemaRoutesOptions,
): void {
  // A body is read by the server of schemas, with limits of its own; its content type has a name of its own too.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  const authenticate = (request: FastifyRequest): Promise<Account> =>
    accounts.authenticate(bearerOf(request), request.ip);
  const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    void reply.header('cache-control', cachingOf(request.raw));
    const target = targetOf(request);
    if (!isChange(request.method, target)) {
      if (!everyoneReads || request.headers.authorization !== undefined) await authenticate(request);
      return send(reply, await server.handle(toRequest(request, target)));
    }
    const by = await authenticate(request);
    requireRight(by, 'registerSchemas');
    const { name: account, tokenKey } = by;
    const context = { tokenKey, address: request.ip, requestId: request.id };
    return send(reply, await log.as({ account, context }, () => server.handle(toRequest(request, target))));
  };
  for (const url of [prefix, `${prefix}/*`]) {
    app.route({ url, method: ['GET', 'POST', 'PUT', 'DELETE'], handler: answer });
  }
}

/** Looking a schema up and asking whether it would fit are sent as POST, and change nothing. */
const asking = new RegExp(`^${prefix}/(?:subjects/[^/]+|compatibility/subjects/[^/]+/versions(?:/[^/]+)?)$`);

/** Whatever is not known to change nothing may change something: the path is judged as the server of schemas reads it. */
function isChange(method: string, { pathname }: URL): boolean {
  if (method === 'GET' || method === 'HEAD') return false;
  return method !== 'POST' || !asking.test(pathname);
}

function targetOf({ url }: FastifyRequest): URL {
  return new URL(`http://localhost${url === prefix ? `${url}/` : url}`);
}

function toRequest({ method, headers, body }: FastifyRequest, target: URL): Request {
  const type = headers['content-type'];
  const init = { method, headers: type === undefined ? {} : { 'content-type': type } };
  if (method === 'GET' || method === 'HEAD') return new Request(target, init);
  const stream = body instanceof Readable ? body : Readable.from([]);
  return new Request(target, { ...init, body: Readable.toWeb(stream) as ReadableStream<Uint8Array>, duplex: 'half' });
}

async function send(reply: FastifyReply, response: Response): Promise<FastifyReply> {
  return reply
    .code(response.status)
    .headers(Object.fromEntries(response.headers))
    .send(await response.text());
}
