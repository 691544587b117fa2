import type { ListedPlugin } from './catalogue-store.ts';
import { isSpdx } from './licence.ts';
import type { RouteParts } from './routes.ts';
import * as schemas from './schemas.ts';

/** Plugins, categories, tags, licences and downloads. */
export function catalogueRoutes({ api, market: { catalogue }, callers }: RouteParts): void {
  api.add(
    {
      method: 'GET',
      path: '/api/v1/plugins',
      id: 'searchPlugins',
      by: 'asker',
      summary: 'Packages, by words and filters, in an order.',
      query: schemas.searchQuery,
      answer: schemas.foundPlugins,
    },
    async ({ query, request }) => {
      const { total, found } = await catalogue.search(query, await callers.reader(request));
      return { total, plugins: found.map(shown) };
    },
  );
  api.add(
    {
      method: 'GET',
      path: '/api/v1/plugins/{name}',
      id: 'getPlugin',
      by: 'asker',
      summary: 'A package with its versions, and what it asks for.',
      params: schemas.named,
      answer: schemas.pluginDetail,
      errors: ['PACKAGE_UNKNOWN'],
    },
    async ({ params, request }) => {
      const { id: _id, ...detail } = await catalogue.detail(params.name, await callers.reader(request));
      return { ...detail, ...shown(detail) };
    },
  );
  api.add(
    {
      method: 'GET',
      path: '/api/v1/plugins/{name}/downloads',
      id: 'getDownloads',
      by: 'asker',
      summary: 'Downloads by day and version. A server that is killed loses the last five seconds of them.',
      params: schemas.named,
      query: schemas.downloadsQuery,
      answer: schemas.downloads,
      errors: ['PACKAGE_UNKNOWN'],
    },
    async ({ params, query, request }) => {
      const days = await catalogue.downloads(params.name, query.days, await callers.reader(request));
      return { total: days.reduce((sum, { count }) => sum + count, 0), days };
    },
  );
  api.add(
    {
      method: 'PUT',
      path: '/api/v1/plugins/{name}/categories',
      id: 'setPluginCategories',
      by: 'account',
      summary: 'Chooses the categories of a package, as one of its owners.',
      params: schemas.named,
      body: schemas.chosenCategories,
      errors: ['PACKAGE_UNKNOWN', 'NOT_AN_OWNER', 'CATEGORY_UNKNOWN', 'ROLE_NEEDED'],
    },
    async ({ params, body, request }) =>
      catalogue.setListingCategories(params.name, body.categories, await callers.account(request)),
  );
  wordRoutes({ api, market: { catalogue }, callers });
}

function wordRoutes({
  api,
  market: { catalogue },
  callers,
}: Pick<RouteParts, 'api' | 'callers'> & { readonly market: Pick<RouteParts['market'], 'catalogue'> }): void {
  api.add(
    {
      method: 'GET',
      path: '/api/v1/categories',
      id: 'listCategories',
      summary: 'The categories, with how many public packages have each.',
      answer: schemas.categories,
    },
    async ({ request }) => {
      await callers.reader(request);
      return { categories: await catalogue.categories() };
    },
  );
  api.add(
    {
      method: 'PUT',
      path: '/api/v1/categories/{id}',
      id: 'setCategory',
      by: 'account',
      summary: 'Makes a category, or changes its texts, as a maintainer.',
      params: schemas.categoryId,
      body: schemas.newCategory,
      errors: ['ROLE_NEEDED', 'TOKEN_ONLY_READS'],
    },
    async ({ params, body, request }) => catalogue.setCategory({ ...params, ...body }, await callers.account(request)),
  );
  api.add(
    {
      method: 'DELETE',
      path: '/api/v1/categories/{id}',
      id: 'removeCategory',
      by: 'account',
      summary: 'Removes a category, also from the packages that have it, as a maintainer.',
      params: schemas.categoryId,
      errors: ['ROLE_NEEDED', 'TOKEN_ONLY_READS', 'CATEGORY_UNKNOWN'],
    },
    async ({ params, request }) => catalogue.removeCategory(params.id, await callers.account(request)),
  );
  api.add(
    {
      method: 'GET',
      path: '/api/v1/tags',
      id: 'listTags',
      summary: 'The tags of public packages, the most used first. A tag is a keyword of the newest version.',
      query: schemas.most,
      answer: schemas.tags,
    },
    async ({ query, request }) => {
      await callers.reader(request);
      return { tags: await catalogue.tags(query.size) };
    },
  );
  api.add(
    {
      method: 'GET',
      path: '/api/v1/licences',
      id: 'listLicences',
      summary: 'The licences of public packages, the most used first.',
      query: schemas.most,
      answer: schemas.licences,
    },
    async ({ query, request }) => {
      await callers.reader(request);
      const found = await catalogue.licences(query.size);
      return { licences: found.map((each) => ({ ...each, isSpdx: isSpdx(each.id) })) };
    },
  );
}

/** The store has no booleans. */
function shown({ isSpdx, isPlugin, rating, ...others }: ListedPlugin) {
  return {
    ...others,
    isSpdx: isSpdx === 1,
    isPlugin: isPlugin === 1,
    rating: rating === null ? null : Math.round(rating * 100) / 100,
  };
}
