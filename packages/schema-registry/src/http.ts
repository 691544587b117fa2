// (1) A change is in the log before it is answered, and the log decides which of two comes first.
// (2) An answer is given within the time limits, whatever the client or the log does.
// (3) The same schema has one id, however many ask for it at once, and on however many servers.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { SchemaErrors } from './errors.ts';
import { refusal, response, type Answer } from './http/answers.ts';
import { readBody } from './http/body.ts';
import { confluentCheck } from './http/compatibility.ts';
import type { CompatibilityCheck } from './http/levels.ts';
import type { SchemaLog } from './http/log.ts';
import { answerNode } from './http/node.ts';
import type { Decision } from './http/operations.ts';
import { findRoute, type Route } from './http/routes.ts';
import { State } from './http/state.ts';
import { expectOptions, shownKind } from './schema.ts';

export { memoryLog } from './http/log.ts';
export { fileLog } from './http/file-log.ts';
export { operationPatterns } from './http/routes.ts';
export type { Change, LogEntry, SchemaLog } from './http/log.ts';
export type {
  CompatibilityCheck,
  CompatibilityDifference,
  CompatibilityLevel,
  JsonSchemaValue,
  RegistryMode,
} from './http/levels.ts';

export interface SchemaServerOptions {
  readonly log: SchemaLog;
  /**
   * Asked before a schema is taken that has others before it, unless the level is NONE.
   *
   * @default `checkCompatibility` of this package, with the dialect `confluent`
   */
  readonly checkCompatibility?: CompatibilityCheck;
  /** Where the protocol's paths begin. @default '' */
  readonly basePath?: string;
  /** The largest body, in bytes. @default 1048576 */
  readonly maxBodyBytes?: number;
  /** How long a body may take to come, in milliseconds. @default 10000 */
  readonly bodyTimeoutMs?: number;
  /** How long the log may take for a request, in milliseconds. @default 30000 */
  readonly timeoutMs?: number;
}

/** Answers requests of the Confluent Schema Registry's REST interface. Who may ask is for the server around it to say. */
export interface SchemaServer {
  handle(request: Request): Promise<Response>;
  /** For `node:http`: `createServer(server.handleNode)`. */
  handleNode(request: IncomingMessage, response: ServerResponse): void;
}

/** How often a change is decided again because another server was faster. */
const mostAttempts = 1_000;

/** Serves JSON Schemas in the protocol that clients of Confluent's registry speak. @throws INVALID_OPTION */
export function createSchemaServer(options: SchemaServerOptions): SchemaServer {
  expectOptions(options);
  expectLog(options.log);
  const {
    log,
    checkCompatibility: check = confluentCheck,
    basePath = '',
    maxBodyBytes = 2 ** 20,
    bodyTimeoutMs = 10_000,
    timeoutMs = 30_000,
  } = options;
  const state = new State();
  let last: Promise<unknown> = Promise.resolve();

  async function refresh(): Promise<void> {
    for (const entry of await log.read(state.offset)) state.take(entry);
  }

  async function carryOut(
    route: Route,
    query: URLSearchParams,
    body: Readonly<Record<string, unknown>>,
  ): Promise<Answer> {
    for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
      await refresh();
      const decided: Answer | Decision = route.operation({ ...route, state, check, query, body });
      if ('status' in decided) return decided;
      if (decided.change === undefined) return decided.answer;
      const entry = { offset: state.offset + 1, change: decided.change };
      if (!(await log.append(entry))) continue;
      state.take(entry);
      return decided.answer;
    }
    return refusal(50_002, 'Other servers change the schemas all the time. Try again.');
  }

  /** One after the other: changes of one process need not compete for the next place in the log. */
  function inTurn(run: () => Promise<Answer>): Promise<Answer> {
    const mine = last.then(run);
    last = mine.catch(() => undefined);
    return mine;
  }

  async function answer(request: Request): Promise<Answer> {
    const url = new URL(request.url);
    if (!url.pathname.startsWith(`${basePath}/`)) return refusal(404, 'HTTP 404 Not Found');
    const route = findRoute(request.method, url.pathname.slice(basePath.length + 1));
    if (route === undefined) return refusal(404, 'HTTP 404 Not Found');
    if (route === 'method') return refusal(405, 'HTTP 405 Method Not Allowed');
    const read = route.hasBody ? await readBody(request, { maxBodyBytes, bodyTimeoutMs }) : { body: {} };
    if ('refused' in read) return read.refused;
    const run = (): Promise<Answer> => carryOut(route, url.searchParams, read.body);
    return inTime(request.method === 'GET' ? run() : inTurn(run), timeoutMs);
  }

  async function handle(request: Request): Promise<Response> {
    try {
      return response(await answer(request));
    } catch {
      return response(refusal(50_001, 'Error in the backend data store'));
    }
  }

  return { handle, handleNode: (request, reply) => answerNode(handle, request, reply) };
}

/** @throws INVALID_OPTION */
function expectLog(log: Partial<SchemaLog> | undefined): void {
  if (typeof log?.read === 'function' && typeof log.append === 'function') return;
  const expected = 'a log such as `fileLog(…)`';
  throw new SchemaErrors.INVALID_OPTION({ option: 'log', expected, received: shownKind(log) });
}

/** The answer, or that it did not come in time. */
async function inTime(answer: Promise<Answer>, timeoutMs: number): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Answer>((resolve) => {
    timer = setTimeout(() => resolve(refusal(50_002, 'Operation timed out')), timeoutMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
