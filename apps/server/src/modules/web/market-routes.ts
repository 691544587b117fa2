import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ServerErrors } from '../../errors.ts';
import { pathOf } from '../../http/problems.ts';
import type { Market } from '../marketplace/module.ts';
import type { Account } from '../accounts/sessions.ts';
import type { Visitors } from '../identity/visitors.ts';
import { byId, searchQuery } from '../marketplace/schemas.ts';
import { baseOf } from '../registry/requests.ts';
import { lastDays } from './downloads-chart.ts';
import type { Html } from './html.ts';
import { packagesPage } from './market-pages.ts';
import { certificationPage, certificationsPage, packagePage } from './package-page.ts';

export interface MarketPagesOptions {
  readonly market: Pick<Market, 'catalogue' | 'reviews' | 'certifications'>;
  readonly visitors: Pick<Visitors, 'of'>;
  /** Else somebody has to be signed in. */
  readonly everyoneReads: boolean;
  /** Where npm finds the registry, if not where the page was asked for. */
  readonly publicUrl?: string | undefined;
}

const chartDays = 30;
const shownReviews = 20;

/** The pages of packages and certifications. */
export function marketPages(app: FastifyInstance, options: MarketPagesOptions): void {
  const { market, everyoneReads, publicUrl, visitors } = options;
  const { catalogue, reviews, certifications } = market;
  const send = (reply: FastifyReply, page: Html) => reply.type('text/html; charset=utf-8').send(page.toString());
  const readers = new WeakMap<FastifyRequest, Account>();
  const onRequest = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const visitor = await visitors.of(request);
    // A cache in between would show to everybody what it has got for one.
    const isOpen = visitor === undefined && everyoneReads;
    void reply.headers({ 'cache-control': isOpen ? 'no-cache' : 'private, no-cache', vary: 'cookie' });
    if (visitor !== undefined) readers.set(request, visitor);
    else if (!everyoneReads) await reply.redirect(`/sign-in?next=${encodeURIComponent(request.url)}`, 303);
  };

  app.get('/packages', { onRequest }, async (request, reply) => {
    const search = searchOf(request);
    const [{ total, found }, categories, licences] = await Promise.all([
      catalogue.search(search, readers.get(request)),
      catalogue.categories(),
      catalogue.licences(20),
    ]);
    return send(reply, packagesPage({ search, total, found, categories, licences }));
  });

  app.get<{ Params: { name: string } }>('/packages/:name', { onRequest }, async (request, reply) => {
    const { name } = request.params;
    const reader = readers.get(request);
    const plugin = await catalogue.detail(name, reader);
    const [readme, downloads, shown, certified] = await Promise.all([
      catalogue.readme(name, reader),
      catalogue.downloads(name, chartDays, reader),
      reviews.list(name, { size: shownReviews, from: 0 }, reader),
      certifications.of(name, reader),
    ]);
    const days = lastDays(chartDays, new Date());
    const registry = `${baseOf(request, publicUrl)}/`;
    return send(
      reply,
      packagePage({ plugin, readme, downloads, days, reviews: shown, certifications: certified, registry }),
    );
  });

  app.get('/certifications', { onRequest }, async (_request, reply) =>
    send(reply, certificationsPage(await certifications.queue(100))),
  );

  app.get('/certifications/:id', { onRequest }, async (request, reply) => {
    const { success, data } = byId.safeParse(request.params);
    if (!success) throw new ServerErrors.NOT_FOUND({ path: pathOf(request.url) });
    return send(reply, certificationPage(await certifications.open(data.id, readers.get(request))));
  });
}

/** A form sends fields that are empty; an address that means nothing shows all packages. */
function searchOf({ query }: FastifyRequest) {
  const given = Object.entries(query as Readonly<Record<string, unknown>>).filter(([, value]) => value !== '');
  const { success, data } = searchQuery.safeParse(Object.fromEntries(given));
  return success ? data : searchQuery.parse({});
}
