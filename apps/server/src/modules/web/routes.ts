import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ServerErrors } from '../../errors.ts';
import { scriptedContentPolicy } from '../../http/content-policy.ts';
import { pathOf } from '../../http/problems.ts';
import type { Catalogue } from '../marketplace/catalogue.ts';
import type { Askers } from '../reports/askers.ts';
import type { ProjectRights } from '../reports/access.ts';
import type { Reader } from '../reports/rights.ts';
import type { Reports } from '../reports/service.ts';
import { icon, styleSheet } from './assets.ts';
import type { Html } from './html.ts';
import { isSame } from '../../http/entity-tag.ts';
import { liveScript } from './live-script.ts';
import { homePage, projectPage, reportPage, type PageLink } from './pages.ts';
import { scoreBadge } from './score-badge.ts';
import { trendPage } from './trend.ts';

export interface WebRoutesOptions {
  readonly reports: Reports;
  readonly askers: Pick<Askers, 'reader'>;
  /** Who may change who sees a project. @default nobody */
  readonly rights?: Pick<ProjectRights, 'mayShare'> | undefined;
  /** Asked at each request, so that a changed flag shows at once. */
  readonly isTrendShown: (project: string) => boolean;
  /** For the start page. @default none */
  readonly links?: readonly PageLink[];
  /** The packages that the start page shows some of. */
  readonly catalogue?: Catalogue | undefined;
}

const newestPackages = { text: '', sort: 'newest', size: 5, from: 0 } as const;

/** Readmes are shown often, and a minute later is soon enough. */
const badgeCaching = 'public, max-age=60';

/** The pages. */
export function webRoutes(
  app: FastifyInstance,
  { reports, askers, rights, isTrendShown, catalogue, links = [] }: WebRoutesOptions,
): void {
  const send = (reply: FastifyReply, page: Html) => reply.type('text/html; charset=utf-8').send(page.toString());

  const sendScripted = (reply: FastifyReply, page: Html) =>
    send(reply.header('content-security-policy', scriptedContentPolicy), page);

  /** Nobody keeps for others what was shown to one. */
  const readerOf = async (request: FastifyRequest, reply: FastifyReply): Promise<Reader> => {
    const reader = await askers.reader(request);
    if (reader !== undefined) void reply.header('cache-control', 'private, no-store');
    return reader;
  };

  app.get('/', async (request, reply) => {
    const reader = await readerOf(request, reply);
    const [packages, projects] = await Promise.all([
      catalogue?.search(newestPackages, undefined),
      reports.projects(reader),
    ]);
    return sendScripted(reply, homePage(projects, { packages, links }));
  });

  app.get<{ Params: { name: string } }>('/projects/:name', async (request, reply) => {
    const { name } = request.params;
    const reader = await readerOf(request, reply);
    const history = await reports.history(name, reader);
    const access = (await rights?.mayShare(name, reader)) === true;
    return sendScripted(reply, projectPage(name, history, { trend: isTrendShown(name), access }));
  });

  app.get<{ Params: { name: string } }>('/projects/:name/trend', async (request, reply) => {
    const { name } = request.params;
    if (!isTrendShown(name)) throw new ServerErrors.NOT_FOUND({ path: pathOf(request.url) });
    return send(reply, trendPage(name, await reports.history(name, await readerOf(request, reply))));
  });

  // Pages of others show it, and whoever looks at them has no account here.
  app.get<{ Params: { name: string } }>('/projects/:name/badge.svg', async (request, reply) => {
    const [newest] = await reports.history(request.params.name, undefined, 1);
    const etag = `"${newest?.overall ?? 'none'}"`;
    void reply.headers({ etag, 'cache-control': badgeCaching, 'cross-origin-resource-policy': 'cross-origin' });
    if (isSame(request.headers['if-none-match'], etag)) return reply.code(304).send();
    return reply.type('image/svg+xml; charset=utf-8').send(scoreBadge(newest?.overall ?? null).toString());
  });

  app.get<{ Params: { id: string } }>('/reports/:id', async (request, reply) =>
    send(reply, reportPage(await reports.open(request.params.id, await readerOf(request, reply)))),
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
