import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ServerErrors } from '../../errors.ts';
import { takeFrom, type RequestLimit } from '../../limits/requests.ts';
import { countedAs } from '../accounts/networks.ts';
import type { AuditTrail } from '../accounts/service.ts';
import type { Askers } from './askers.ts';
import type { Reader, Sender } from './rights.ts';
import type { ReceivedReport, Reports } from './service.ts';

export interface ReportRoutesOptions {
  readonly reports: Reports;
  readonly askers: Pick<Askers, 'reader' | 'sender'>;
  readonly audit: AuditTrail;
  /** Of each address that sends, and of each account. */
  readonly limit: RequestLimit;
  readonly onReceived: (received: ReceivedReport) => void;
}

/** `/api/v1`: receives reports, lists projects, gives reports back. */
export function reportRoutes(app: FastifyInstance, options: ReportRoutesOptions): void {
  const { reports, askers, audit, limit, onReceived } = options;
  const senders = new WeakMap<FastifyRequest, Sender>();
  // Before the body: that of a stranger is not read.
  const onRequest = async (request: FastifyRequest): Promise<void> => {
    // First of the address: who guesses tokens is refused before any is looked up.
    await takeFrom(limit, `address ${countedAs(request.ip)}`);
    const sender = await askers.sender(request);
    // Many machines send with one push token, and each of them counts for itself.
    if (typeof sender !== 'string') await takeFrom(limit, `account ${sender.id}`);
    senders.set(request, sender);
  };
  app.post('/api/v1/reports', { onRequest }, async (request, reply) => {
    const body = request.body instanceof Uint8Array ? request.body : new Uint8Array();
    const sentBy = (request.headers['user-agent'] ?? 'unknown').slice(0, 200);
    const sender = senders.get(request) as Sender;
    const by = { account: typeof sender === 'string' ? sender : sender.name, address: request.ip };
    try {
      const received = await reports.receive(body, sentBy, sender);
      onReceived(received);
      if (received.isOwned === true) await audit.record('project owned', { ...by, project: received.project });
      return await reply
        .code(received.created ? 201 : 200)
        .header('location', `/api/v1/reports/${received.id}`)
        .send({ id: received.id, url: pageUrl(request, received.id), project: received.project });
    } catch (error) {
      // What is no report at all is nobody's right: strangers fill no disk with it.
      if (ServerErrors.REPORT_NOT_ALLOWED.is(error)) {
        await audit.record('report refused', { ...by, project: error.params.name, requestId: request.id });
      }
      throw error;
    }
  });
  readRoutes(app, options);
}

function readRoutes(app: FastifyInstance, { reports, askers }: ReportRoutesOptions): void {
  /** Nobody keeps for others what was shown to one. */
  const readerOf = async (request: FastifyRequest, reply: FastifyReply): Promise<Reader> => {
    const reader = await askers.reader(request);
    if (reader !== undefined) void reply.header('cache-control', 'private, no-store');
    return reader;
  };

  app.get('/api/v1/projects', async (request, reply) => ({
    projects: await reports.projects(await readerOf(request, reply)),
  }));

  app.get<{ Params: { name: string } }>('/api/v1/projects/:name/reports', async (request, reply) => ({
    project: request.params.name,
    reports: await reports.history(request.params.name, await readerOf(request, reply)),
  }));

  app.get<{ Params: { id: string } }>('/api/v1/reports/:id', async (request, reply) => {
    const body = await reports.raw(request.params.id, await readerOf(request, reply));
    return reply.type('application/json; charset=utf-8').send(body);
  });
}

/** Where the sender finds the page; only its path when the Host header names no host. */
function pageUrl({ protocol, host }: FastifyRequest, id: string): string {
  const path = `/reports/${id}`;
  const origin = `${protocol}://${host}`;
  const isHost = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d+)?$/i.test(host) && URL.canParse(origin);
  return isHost ? new URL(path, origin).href : path;
}
