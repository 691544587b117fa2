import type { FastifyInstance, FastifyRequest } from 'fastify';
import { requireToken } from '../../http/token.ts';
import type { ReceivedReport, Reports } from './service.ts';

export interface ReportRoutesOptions {
  readonly reports: Reports;
  readonly pushToken: string | undefined;
  readonly onReceived: (received: ReceivedReport) => void;
}

/** `/api/v1`: receives reports, lists projects, gives reports back. */
export function reportRoutes(app: FastifyInstance, { reports, pushToken, onReceived }: ReportRoutesOptions): void {
  const onRequest = requireToken(pushToken);

  app.post('/api/v1/reports', { onRequest }, async (request, reply) => {
    const body = request.body instanceof Uint8Array ? request.body : new Uint8Array();
    const sentBy = (request.headers['user-agent'] ?? 'unknown').slice(0, 200);
    const received = await reports.receive(body, sentBy);
    onReceived(received);
    return reply
      .code(received.created ? 201 : 200)
      .header('location', `/api/v1/reports/${received.id}`)
      .send({ id: received.id, url: pageUrl(request, received.id), project: received.project });
  });

  app.get('/api/v1/projects', async () => ({ projects: await reports.projects() }));

  app.get<{ Params: { name: string } }>('/api/v1/projects/:name/reports', async (request) => ({
    project: request.params.name,
    reports: await reports.history(request.params.name),
  }));

  app.get<{ Params: { id: string } }>('/api/v1/reports/:id', async (request, reply) =>
    reply.type('application/json; charset=utf-8').send(await reports.raw(request.params.id)),
  );
}

/** Where the sender finds the page; only its path when the Host header names no host. */
function pageUrl({ protocol, host }: FastifyRequest, id: string): string {
  const path = `/reports/${id}`;
  const origin = `${protocol}://${host}`;
  const isHost = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d+)?$/i.test(host) && URL.canParse(origin);
  return isHost ? new URL(path, origin).href : path;
}
