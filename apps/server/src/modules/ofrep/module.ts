import { Readable } from 'node:stream';
import { definePlugin, type PluginEntry } from '@seaworthy/plugins';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { httpModules } from '../../http/module.ts';
import { requireToken } from '../../http/token.ts';
import { countedAs } from '../accounts/networks.ts';
import { ofrepOperations } from './operations.ts';
import { createStreams, type StreamLimits } from './streams.ts';

export interface OfrepModuleOptions {
  /** Answers the protocol's requests. */
  readonly handle: (request: Request) => Promise<Response>;
  /** Needed in each request, if given. */
  readonly token: string | undefined;
  /** Ends event streams when the server stops: they would hold it up. */
  readonly stopping: AbortSignal;
  /** Of event streams. */
  readonly streams: StreamLimits;
}

/** `/ofrep/v1`: the server's flags for programs in any language, by the OpenFeature Remote Evaluation Protocol. */
export function ofrepModule(options: OfrepModuleOptions): PluginEntry {
  return {
    manifest: { id: 'ofrep', version: '1.0.0' },
    plugin: definePlugin({
      onInit: (ctx) =>
        ctx.contribute(httpModules, {
          register: (app) => ofrepRoutes(app, options),
          operations: () => ofrepOperations,
        }),
    }),
  };
}

function ofrepRoutes(app: FastifyInstance, { handle, token, stopping, streams: limits }: OfrepModuleOptions): void {
  const streams = createStreams(limits);
  const onRequest = requireToken(token);
  const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const response = await handle(toRequest(request, reply, stopping));
    void reply.code(response.status).headers(Object.fromEntries(response.headers));
    return reply.send(response.body === null ? undefined : Readable.fromWeb(response.body as never));
  };
  app.post('/ofrep/v1/evaluate/flags', { onRequest }, answer);
  app.post('/ofrep/v1/evaluate/flags/:key', { onRequest }, answer);
  app.get('/ofrep/v1/events', { onRequest }, async (request, reply) => {
    const over = streams.open(countedAs(request.ip));
    reply.raw.once('close', over);
    // It may have gone while its token was looked at.
    if (reply.raw.destroyed) over();
    return answer(request, reply);
  });
}

function toRequest(
  { method, url, headers, body }: FastifyRequest,
  { raw }: FastifyReply,
  stopping: AbortSignal,
): Request {
  const gone = new AbortController();
  raw.once('close', () => gone.abort());
  const names = ['if-none-match', 'content-type', 'last-event-id'] as const;
  const kept = names.flatMap((name): [string, string][] =>
    headers[name] === undefined ? [] : [[name, String(headers[name])]],
  );
  return new Request(new URL(url, 'http://localhost'), {
    method,
    headers: kept,
    signal: AbortSignal.any([gone.signal, stopping]),
    ...(method === 'POST' && { body: body instanceof Uint8Array ? new Uint8Array(body) : '' }),
  });
}
