import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { ServerErrors } from '../errors.ts';
import { cachingOf } from './caching.ts';

/** One thing that the API does. What validates a request is what the document of the API is made of. */
export interface Operation<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** As OpenAPI writes it: `/api/v1/plugins/{name}`. */
  readonly path: string;
  /** Names it for programs that are made of the document. */
  readonly id: string;
  readonly summary: string;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  /** What an answer has; nothing for an answer without a body. */
  readonly answer?: z.ZodType;
  /** @default 200, or 204 without an answer */
  readonly status?: number;
  /** Codes of errors that it has beside those of every operation, as `PACKAGE_UNKNOWN`. */
  readonly errors?: readonly (keyof typeof ServerErrors)[];
  /** Under what the document has it. @default 'Packages' */
  readonly tag?: string;
  /** The media type of an answer. @default 'application/json' */
  readonly media?: string;
  /** Which token is meant, or which ones. @default 'token', of an account */
  readonly token?: TokenKind | readonly TokenKind[];
  /** Errors that it has without naming them. @default those that all of the marketplace has */
  readonly usual?: readonly (keyof typeof ServerErrors)[];
  /** Errors in the shape of another protocol, beside those of this server. */
  readonly foreign?: { readonly statuses: readonly number[]; readonly answer: z.ZodType };
  /** `account`: only with a token; `asker`: the answer depends on whose token it is. @default the answer is for everybody */
  readonly by?: 'account' | 'asker';
}

export type TokenKind = 'token' | 'pushToken' | 'ofrepToken';

export type AnyOperation = Operation<z.ZodType, z.ZodType, z.ZodType>;

export interface Asked<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly request: FastifyRequest;
}

export interface Api {
  /** Serves an operation, and adds it to the document. */
  add<Params extends z.ZodType = z.ZodType, Query extends z.ZodType = z.ZodType, Body extends z.ZodType = z.ZodType>(
    operation: Operation<Params, Query, Body>,
    handler: (asked: Asked<z.output<Params>, z.output<Query>, z.output<Body>>) => Promise<unknown>,
  ): void;
  readonly operations: readonly AnyOperation[];
}

/** @param before Runs before anything is read of a request: limits, for one. */
export function createApi(app: FastifyInstance, before: (request: FastifyRequest) => Promise<void>): Api {
  const operations: AnyOperation[] = [];
  return {
    operations,
    add(operation, handler) {
      const { method, path, params, query, body, answer, status = answer === undefined ? 204 : 200 } = operation;
      operations.push(operation);
      app.route({
        method,
        url: path.replaceAll(/\{(\w+)\}/g, ':$1'),
        onRequest: before,
        handler: async (request, reply) => {
          const asked = {
            params: parse(params, request.params, 'its address'),
            query: parse(query, request.query, 'its query'),
            body: body === undefined ? undefined : parse(body, readBody(request), 'its body'),
            request,
          };
          const result = await handler(asked as never);
          return reply.code(status).header('cache-control', cachingOf(request.raw)).send(result);
        },
      });
    },
  };
}

function readBody({ body }: FastifyRequest): unknown {
  try {
    return JSON.parse(body instanceof Uint8Array ? new TextDecoder('utf-8', { fatal: true }).decode(body) : '');
  } catch (cause) {
    throw new ServerErrors.BAD_REQUEST({ reason: 'its body is not JSON' }, { cause });
  }
}

/** @throws ServerErrors.INPUT_REFUSED with all problems, each with its place */
function parse(schema: z.ZodType | undefined, value: unknown, where: string): unknown {
  if (schema === undefined) return undefined;
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const problems = error.issues.slice(0, 10).map(({ path, message }) => {
    const place = path.length === 0 ? where : `${where} at ${JSON.stringify(path.join('.').slice(0, 80))}`;
    return `${place}: ${message.slice(0, 200)}`;
  });
  throw new ServerErrors.INPUT_REFUSED({ reason: problems.join('; ') });
}
