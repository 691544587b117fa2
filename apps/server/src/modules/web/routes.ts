import type { FastifyInstance, FastifyReply } from 'fastify';
import { ServerErrors } from '../../errors.ts';
import { scriptedContentPolicy } from '../../http/content-policy.ts';
import { pathOf } from '../../http/problems.ts';
import type { Catalogue } from '../marketplace/catalogue.ts';
import type { Reports } from '../reports/service.ts';
import { icon, styleSheet } from './assets.ts';
import type { Html } from './html.ts';
import { liveScript } from './live-script.ts';
import { homePage, projectPage, reportPage, type PageLink } from './pages.ts';
import { trendPage } from './trend.ts';

export interface WebRoutesOptions {
  readonly reports: Reports;
  /** Asked at each request, so that a changed flag shows at once. */
  readonly isTrendShown: (project: string) => boolean;
  /** For the start page. @default none */
  readonly links?: readonly PageLink[];
  /** The packages that the start page shows some of. */
  readonly catalogue?: Catalogue | undefined;
}

const newestPackages = { text: '', sort: 'newest', size: 5, from: 0 } as const;

/** The pages. */
export function webRoutes(
  app: FastifyInstance,
  { reports, isTrendShown, catalogue, links = [] }: WebRoutesOptions,
): void {
  const send = (reply: FastifyReply, page: Html) => reply.type('text/html; charset=utf-8').send(page.toString());

  const sendScripted = (reply: FastifyReply, page: Html) =>
    send(reply.header('content-security-policy', scriptedContentPolicy), page);

  app.get('/', async (_request, reply) => {
    const packages = await catalogue?.search(newestPackages, undefined);
    return sendScripted(reply, homePage(await reports.projects(), { packages, links }));
  });

  app.get<{ Params: { name: string } }>('/projects/:name', async ({ params: { name } }, reply) =>
    sendScripted(reply, projectPage(name, await reports.history(name), { trend: isTrendShown(name) })),
  );

  app.get<{ Params: { name: string } }>('/projects/:name/trend', async ({ url, params: { name } }, reply) => {
    if (!isTrendShown(name)) throw new ServerErrors.NOT_FOUND({ path: pathOf(url) });
    return send(reply, trendPage(name, await reports.history(name)));
  });

  app.get<{ Params: { id: string } }>('/reports/:id', async ({ params: { id } }, reply) =>
    send(reply, reportPage(await reports.open(id))),
  );

  const hour = 'public, max-age=3600';
  app.get('/assets/style.css', (_request, reply) =>
    reply.header('cache-control', hour).type('text/css; charset=utf-8').send(styleSheet),
  );
  app.get('/assets/live.js', (_request, reply) =>
    reply.header('cache-control', hour).type('text/javascript; charset=utf-8').send(liveScript),
  );
  app.get('/assets/icon.svg', (_request, reply) =>
    reply.header('cache-control', hour).type('image/svg+xml').send(icon),
  );
}
