import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import type { z } from 'zod';
import { ServerErrors } from '../../errors.ts';
import type { Accounts } from '../accounts/service.ts';
import { requireRight } from '../accounts/roles.ts';
import type { Account } from '../accounts/sessions.ts';
import type { FactorCheck } from '../second-factor/service.ts';

/** How a request names a package: `%40a%2fb` is one part of a path, `@a/b` are two. */
interface NamedParams {
  readonly name?: string;
  readonly scope?: string;
  readonly rest?: string;
}

export type NamedRequest<Params = object> = FastifyRequest<{
  Params: NamedParams & Params;
  Querystring: Readonly<Record<string, string | readonly string[] | undefined>>;
}>;

export type NamedHandler<Params = object> = (
  name: string,
  request: NamedRequest<Params>,
  reply: FastifyReply,
) => Promise<unknown>;

/** Adds a route under the name of a package, in both ways of writing a scope. */
export function named<Params = object>(
  app: FastifyInstance,
  method: HTTPMethods | HTTPMethods[],
  [before, after]: readonly [before: string, after: string],
  handler: NamedHandler<Params>,
): void {
  for (const place of [':name', '@:scope([^/]+)/:rest']) {
    app.route({
      method,
      url: `${before}${place}${after}`,
      handler: (request, reply) => handler(nameOf(request.params as NamedParams), request as never, reply),
    });
  }
}

function nameOf({ name, scope, rest }: NamedParams): string {
  return name ?? `@${scope as string}/${rest as string}`;
}

/** Who sends requests, and what they may do. */
export interface Callers {
  /** @throws UNAUTHORIZED when a token is wrong, or needed to read and missing */
  reader(request: FastifyRequest): Promise<Account | undefined>;
  /** @throws UNAUTHORIZED */
  account(request: FastifyRequest): Promise<Account>;
  /** @throws UNAUTHORIZED, TOKEN_ONLY_READS, ROLE_NEEDED, SECOND_FACTOR_NEEDED, SECOND_FACTOR_WRONG */
  publisher(request: FastifyRequest): Promise<Account>;
}

export interface CallersOptions {
  readonly accounts: Accounts;
  /** Whether packages are shown to those who have no account. */
  readonly everyoneReads: boolean;
  /** Asks for codes of authenticators. @default nobody is asked for one */
  readonly factors?: FactorCheck | undefined;
  /** Whether whatever an account changes is a change of packages. @default what a publisher does */
  readonly isEachChange?: boolean;
}

export function createCallers({ accounts, everyoneReads, factors, isEachChange = false }: CallersOptions): Callers {
  const found = (request: FastifyRequest): Promise<Account> => accounts.authenticate(tokenOf(request), request.ip);
  const account = isEachChange && factors !== undefined ? askingForCodes(factors, found) : found;
  return {
    async reader(request) {
      if (everyoneReads && request.headers.authorization === undefined) return undefined;
      return account(request);
    },
    account,
    async publisher(request) {
      const by = await found(request);
      requireRight(by, 'publish');
      await factors?.expect(by, { code: codeOf(request), address: request.ip, isWrite: true });
      return by;
    },
  };
}

/** The same, with a code for what changes something, of whoever wants that. */
export function askingForCodes(
  factors: FactorCheck,
  by: (request: FastifyRequest) => Promise<Account>,
): (request: FastifyRequest) => Promise<Account> {
  return async (request) => {
    const account = await by(request);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      await factors.expect(account, { code: codeOf(request), address: request.ip, isWrite: true });
    }
    return account;
  };
}

/** What `npm --otp` sends; a header that is there twice is none. */
export function codeOf({ headers }: Pick<FastifyRequest, 'headers'>): string | undefined {
  const given = headers['npm-otp'];
  return typeof given === 'string' && given.length <= 100 ? given : undefined;
}

/** The token of a request, if it has one of the right shape. */
export function tokenOf({ headers }: Pick<FastifyRequest, 'headers'>): string | undefined {
  return /^Bearer ([\x21-\x7e]{1,2048})$/i.exec(headers.authorization ?? '')?.[1];
}

/** The body as it arrives. */
export function bodyOf({ body }: FastifyRequest): AsyncIterable<Buffer> {
  return (body as Readable | undefined) ?? noBody();
}

async function* noBody(): AsyncGenerator<Buffer> {
  yield* [];
}

/** The body as JSON; for documents that are small. @throws BODY_TOO_LARGE, BAD_REQUEST */
export async function readJson(request: FastifyRequest, limitBytes = 65_536): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of bodyOf(request)) {
    bytes += chunk.length;
    if (bytes > limitBytes) throw new ServerErrors.DOCUMENT_TOO_LARGE({ limitBytes });
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString()) as unknown;
  } catch (cause) {
    throw new ServerErrors.BAD_REQUEST({ reason: 'its body is not JSON' }, { cause });
  }
}

/** @throws ServerErrors.BAD_REQUEST */
export function parseBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue?.path.join('.') ?? '';
  throw new ServerErrors.BAD_REQUEST({
    reason: `${where === '' ? 'its body' : where}: ${issue?.message ?? 'is wrong'}`,
  });
}

/** The registry's address as the client sees it, without a slash at its end. */
export function baseOf({ protocol, host }: FastifyRequest, publicUrl: string | undefined): string {
  if (publicUrl !== undefined) return publicUrl;
  if (!isHost(host)) throw new ServerErrors.BAD_REQUEST({ reason: 'its Host header names no host' });
  return `${protocol}://${host}${prefix}`;
}

/** Whether it may stand in an address that is given to others. */
export function isHost(host: string): boolean {
  return /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i.test(host) && host.length <= 255;
}

/** Where the registry is: the pages and the API have names that a package may have too. */
export const prefix = '/npm';
