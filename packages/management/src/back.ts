// The thread that the contributors live in answers here, whoever listens.
import { createAsk } from './ask.ts';
import type { Back, Call, Reply } from './call.ts';
import { ManagementErrors } from './errors.ts';
import { tellWriteMade } from './events.ts';
import type { Settings } from './options.ts';
import { render, renderProblem } from './respond.ts';
import type { Answer, Query, Route } from './route.ts';

/** What calls are answered with. */
export interface Desk {
  readonly settings: Pick<Settings, 'timeoutMs' | 'logger'>;
  readonly routes: ReadonlyMap<string, Route>;
}

export function createBack(desk: Desk): Back {
  return { answer: (call, signal) => answer(desk, call, signal) };
}

async function answer(desk: Desk, call: Call, signal: AbortSignal): Promise<Reply> {
  const { method, pathname, endpoint, path, isTrusted, accept } = call;
  const route = desk.routes.get(endpoint);
  try {
    const isRead = method === 'GET' || method === 'HEAD';
    if (!isTrusted && !(isRead && route?.isOpen)) throw new ManagementErrors.UNAUTHENTICATED();
    if (!route) throw new ManagementErrors.NOT_FOUND({ path: pathname });
    const query = toQuery(desk, call, signal);
    if (isRead && route.read) return found(call, await route.read(query));
    const write = method === 'POST' && route.writable?.(path) !== false ? route.write : undefined;
    if (!write) throw notAllowed(route, call);
    return await answerWrite(desk, call, async (body) => found(call, await write(query, body)));
  } catch (error) {
    const headers = ManagementErrors.METHOD_NOT_ALLOWED.is(error) ? { allow: String(error.params.allowed) } : {};
    return renderProblem(error, pathname, { accept, headers });
  }
}

async function answerWrite(
  { settings }: Desk,
  { pathname, remote, mayWrite, body, accept }: Call,
  write: (body: unknown) => Promise<Reply>,
): Promise<Reply> {
  if (!mayWrite) throw new ManagementErrors.WRITE_REFUSED();
  const reply = await writeOnce(body, write).catch((error: unknown) => renderProblem(error, pathname, { accept }));
  const { status } = reply;
  const outcome = status < 400 ? 'ok' : 'error';
  const audit = { path: pathname, remote, status, outcome } as const;
  tellWriteMade(audit);
  settings.logger.info(audit, 'a management write was made');
  return reply;
}

async function writeOnce(body: Call['body'], write: (body: unknown) => Promise<Reply>): Promise<Reply> {
  if (body !== undefined && 'refused' in body) return body.refused;
  return write(body?.value);
}

function found({ endpoint, pathname, accept }: Call, answered: Answer | undefined): Reply {
  if (!answered) throw new ManagementErrors.NOT_FOUND({ path: pathname });
  return render(endpoint, answered, accept);
}

function notAllowed(route: Route, { method, pathname, path }: Call): Error {
  const canWrite = route.write !== undefined && route.writable?.(path) !== false;
  const allowed = [...(route.read ? ['GET', 'HEAD'] : []), ...(canWrite ? ['POST'] : [])].join(', ');
  return new ManagementErrors.METHOD_NOT_ALLOWED({ method, path: pathname, allowed });
}

function toQuery({ settings: { timeoutMs, logger } }: Desk, call: Call, signal: AbortSignal): Query {
  const { path, search, accept, isTrusted, mayWrite, base } = call;
  return {
    path,
    search: new URLSearchParams(search),
    accept,
    isTrusted,
    mayWrite,
    base,
    signal,
    ask: createAsk({ timeoutMs, logger, signal }),
  };
}
