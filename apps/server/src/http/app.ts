import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { SeaworthyError } from '@seaworthy/errors';
import fastify, { LogController, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { ServerErrors } from '../errors.ts';
import { addressBehind, type IsProxy } from './client-address.ts';
import { answerMalformed } from './client-error.ts';
import { contentPolicy } from './content-policy.ts';
import { fastifyLogger, type HttpLogger } from './fastify-logger.ts';
import { refuseOtherMethods } from './methods.ts';
import type { HttpModule } from './module.ts';
import { pathOf, sendProblem, toCoded, type ProblemForms } from './problems.ts';
import { readyAnswer, sendReady, type QuickResponder } from './quick.ts';
import { asksForWebSocket, routeUpgrades, type TakeUpgrade } from './upgrades.ts';

export interface HttpOptions {
  readonly logger: HttpLogger;
  readonly bodyLimitBytes: number;
  /** Proxies whose word is taken for who asks, and how they were reached (`X-Forwarded-…`). @default none */
  readonly isProxy?: IsProxy | undefined;
  /** A request that has not arrived completely after this long is answered with 408. @default 60000 */
  readonly requestTimeoutMs?: number;
  /**
   * A client that takes nothing of an answer for so long is cut off, in milliseconds. One that is slow is not.
   * @default 60000
   */
  readonly stalledMs?: number;
  /** Runs the rest of the request with these fields on every record. */
  readonly withContext: (fields: { readonly requestId: string }, next: () => void, request: FastifyRequest) => void;
  /** Runs work as part of a request, so that its records carry the request's trace. @default runs it */
  readonly runRequest?: <Result>(request: IncomingMessage, work: () => Result) => Result;
  readonly onProblem: (problem: SeaworthyError) => void;
  /** Tells the pattern of a request that is answered without the router. @default nobody asks */
  readonly onQuickRoute?: (request: IncomingMessage, route: string) => void;
}

/** How long an idle connection is kept, in milliseconds; a shutdown waits as long for it. */
const keepAliveMs = 5_000;

/** How long a client may take to send its headers, in milliseconds. */
const headersTimeoutMs = 15_000;

/** The longest part of a path between two slashes, decoded. */
const pathPartLength = 300;

const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': contentPolicy,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cross-origin-resource-policy': 'same-origin',
};

export interface Http {
  readonly app: FastifyInstance;
  /** Adds the modules' routes; once, before the server listens. */
  mount(modules: readonly HttpModule[]): Promise<void>;
  /** For a route that speaks another protocol; `undefined` when the request asks for none. */
  readonly takeUpgrade: TakeUpgrade;
}

const securityHeaderList = Object.entries(securityHeaders).flat();

/** The HTTP application: every module's routes, one shape of error and one record a request. */
export function createHttp(options: HttpOptions): Http {
  const { logger, bodyLimitBytes, requestTimeoutMs = 60_000, stalledMs = 60_000, onProblem, onQuickRoute } = options;
  const answers = watchAnswers();
  const addressOf = addressBehind(options.isProxy);
  let forms: ProblemForms = {};
  let responders: readonly QuickResponder[] = [];
  let takeUpgrade: TakeUpgrade = () => undefined;

  /** Tells of each answer when it has ended, whoever gives it. */
  const watch = (asked: Answered, raw: ServerResponse): void => {
    answers.add(raw);
    const startedAt = performance.now();
    // `close` also comes when the client leaves early, where Fastify's own onResponse hook would say nothing. It comes once.
    raw.on('close', () => {
      answers.delete(raw);
      logAnswer(asked, raw, performance.now() - startedAt, options);
    });
  };
  const begin = (request: FastifyRequest, reply: FastifyReply): void => {
    void reply.headers(securityHeaders).header('x-request-id', request.id);
    watch({ id: request.id, routeOf: () => request.routeOptions.url }, reply.raw);
  };
  const answerQuickly = (request: IncomingMessage, response: ServerResponse): boolean => {
    const ready = readyAnswer(responders, request, addressOf);
    if (ready === undefined) return false;
    const id = requestId(request);
    watch({ id, routeOf: () => ready.route }, response);
    onQuickRoute?.(request, ready.route);
    ready.sending?.();
    sendReady(response, ready, [...securityHeaderList, 'x-request-id', id]);
    return true;
  };
  const fail = async (thrown: unknown, request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const error = toCoded(thrown, request, { bodyLimitBytes, pathPartLength });
    onProblem(error);
    logProblem(logger, error, request);
    await sendProblem(request, reply, error, forms);
  };

  const app: FastifyInstance = fastify({
    // Without a logger of its own Fastify listens to each answer for nothing: what it says of a request is written all the same.
    childLoggerFactory: (_none, fields) => fastifyLogger(logger, fields),
    logController: new LogController({ disableRequestLogging: true }),
    schemaController: { compilersFactory: { buildValidator: noCompiler, buildSerializer: noCompiler } },
    serverFactory(answer) {
      const server = serverOf(requestTimeoutMs, (request, response) => {
        if (!answerQuickly(request, response)) answer(request, response);
      });
      cutStalled(server, answers, stalledMs);
      takeUpgrade = routeUpgrades(server, answer);
      return server;
    },
    forceCloseConnections: 'idle',
    bodyLimit: bodyLimitBytes,
    trustProxy: options.isProxy ?? false,
    genReqId: requestId,
    routerOptions: { maxParamLength: pathPartLength },
    // What the router refuses reaches neither hooks nor the error handler.
    frameworkErrors(thrown, request, reply) {
      const { runRequest = runHere } = options;
      runRequest(request.raw, () => {
        begin(request, reply);
        void fail(thrown, request, reply);
      });
    },
    clientErrorHandler(error, socket) {
      const isAnswering = answers.isHalfWritten(socket);
      const problem = answerMalformed(error, socket, { timeoutMs: requestTimeoutMs, isAnswering });
      if (problem !== undefined) onProblem(problem);
    },
  });
  app.addHook('onRequest', (request, reply, done) => {
    begin(request, reply);
    options.withContext({ requestId: request.id }, done, request);
  });
  // From then on Fastify says to each request that it is closing.
  app.addHook('preClose', (done) => {
    responders = [];
    done();
  });
  app.setErrorHandler(fail);
  app.setNotFoundHandler((request) => {
    throw new ServerErrors.NOT_FOUND({ path: pathOf(request.url) });
  });
  // The bytes are kept as they came: the report is stored byte for byte, and its module reads it.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  return {
    app,
    takeUpgrade,
    async mount(modules) {
      forms = {
        render: modules.find((module) => module.renderProblem !== undefined)?.renderProblem,
        extensions: modules.flatMap(({ addToProblem }) => addToProblem ?? []),
      };
      const refuse = refuseOtherMethods(app);
      for (const module of modules) await module.register(app);
      refuse();
      await app.ready();
      responders = modules.flatMap(({ quick }) => quick ?? []);
    },
  };
}

/** Modules check with their own schemas. Fastify's compilers, which it loads unless it is given others, are not needed. */
function noCompiler(): never {
  throw new ServerErrors.ROUTE_SCHEMA();
}

function serverOf(requestTimeout: number, answer: RequestListener): Server {
  // Node swaps the two when the headers may take longer than the whole request.
  const headersTimeout = Math.min(headersTimeoutMs, requestTimeout);
  const connectionsCheckingInterval = Math.ceil(requestTimeout / 4);
  const times = { keepAliveTimeout: keepAliveMs, headersTimeout, requestTimeout, connectionsCheckingInterval };
  // Node before 22.21 does not ask, and gives us every request that names another protocol.
  const options = { ...times, shouldUpgradeCallback: asksForWebSocket };
  return createServer(options, answer);
}

/** Node tells of a connection on which nothing moved for so long, be it much that waits to be sent, little, or nothing. */
function cutStalled(server: Server, { isOpen }: Answers, stalledMs: number): void {
  server.setTimeout(stalledMs, (socket) => {
    // An answer that is still being made, or an event stream in which nothing happens, keeps nobody waiting but who asked.
    if (socket.writableLength === 0 && isOpen(socket)) return;
    socket.destroy();
  });
}

interface Answers {
  readonly add: (response: ServerResponse) => void;
  readonly delete: (response: ServerResponse) => void;
  /** Whether an answer on this connection has begun and is not complete. */
  readonly isHalfWritten: (socket: Duplex) => boolean;
  /** Whether one is not complete. */
  readonly isOpen: (socket: Duplex) => boolean;
}

/** Remembers the answers of each connection that are not complete. */
function watchAnswers(): Answers {
  const open = new WeakMap<Duplex, ServerResponse[]>();
  return {
    add(response) {
      const { socket } = response.req;
      const answers = open.get(socket);
      if (answers === undefined) open.set(socket, [response]);
      else answers.push(response);
    },
    delete(response) {
      const answers = open.get(response.req.socket);
      const at = answers?.indexOf(response) ?? -1;
      if (at >= 0) answers?.splice(at, 1);
    },
    isHalfWritten: (socket) => open.get(socket)?.some(({ headersSent }) => headersSent) ?? false,
    isOpen: (socket) => (open.get(socket)?.length ?? 0) > 0,
  };
}

/** The caller's id if it is harmless in a log and a header, else a new one. */
function requestId(request: { readonly headers: Readonly<Record<string, string | string[] | undefined>> }): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID();
}

/** What is told of an answer beside what Node knows of it. */
interface Answered {
  readonly id: string;
  /** The pattern, not the path: `/reports/:id`. */
  readonly routeOf: () => string | undefined;
}

function logAnswer({ id, routeOf }: Answered, answer: ServerResponse, tookMs: number, options: HttpOptions): void {
  const { logger, runRequest = runHere } = options;
  const { req: request } = answer;
  const done = {
    requestId: id,
    method: request.method,
    route: routeOf() ?? 'none',
    status: answer.statusCode,
    // To the microsecond: more digits say nothing, and take longer to write than the rest of the record.
    durationMs: Math.round(tookMs * 1_000) / 1_000,
    // True when the client went away before the answer was complete.
    aborted: !answer.writableFinished,
    path: pathOf(request.url ?? '/'),
  };
  // The socket tells of it, which belongs to no request.
  runRequest(request, () => logger.info(done, 'request answered'));
}

function runHere<Result>(_request: IncomingMessage, work: () => Result): Result {
  return work();
}

function logProblem(logger: HttpLogger, error: SeaworthyError, request: FastifyRequest): void {
  const fields = { requestId: request.id, code: error.code, err: error };
  if ((error.meta.httpStatus ?? 500) >= 500) logger.error(fields, 'request failed');
  else logger.debug({ ...fields, err: undefined }, 'request refused');
}
