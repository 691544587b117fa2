import type { RouteParts } from './routes.ts';
import * as schemas from './schemas.ts';

/** Reviews with ratings, and their moderation. */
export function reviewRoutes({ api, market: { reviews }, callers }: RouteParts): void {
  api.add(
    {
      method: 'GET',
      path: '/api/v1/plugins/{name}/reviews',
      id: 'listReviews',
      by: 'asker',
      summary: 'Reviews of a package, newest first; hidden ones are shown to maintainers.',
      params: schemas.named,
      query: schemas.range,
      answer: schemas.reviews,
      errors: ['PACKAGE_UNKNOWN'],
    },
    async ({ params, query, request }) => {
      const { total, found } = await reviews.list(params.name, query, await callers.reader(request));
      return { total, reviews: found };
    },
  );
  const own = '/api/v1/plugins/{name}/reviews/mine';
  api.add(
    {
      method: 'PUT',
      path: own,
      id: 'putReview',
      by: 'account',
      summary: 'Writes the one review that an account has of a package, or changes it.',
      params: schemas.named,
      body: schemas.newReview,
      answer: schemas.review,
      errors: ['PACKAGE_UNKNOWN', 'REVIEW_OF_OWN', 'TOKEN_ONLY_READS'],
    },
    async ({ params, body, request }) => reviews.put(params.name, body, await callers.account(request)),
  );
  api.add(
    {
      method: 'DELETE',
      path: own,
      id: 'removeReview',
      by: 'account',
      summary: 'Removes the own review of a package.',
      params: schemas.named,
      errors: ['PACKAGE_UNKNOWN', 'REVIEW_UNKNOWN', 'TOKEN_ONLY_READS'],
    },
    async ({ params, request }) => reviews.remove(params.name, await callers.account(request)),
  );
  api.add(
    {
      method: 'PUT',
      path: '/api/v1/reviews/{id}/moderation',
      id: 'moderateReview',
      by: 'account',
      summary: 'Hides a review, with a reason, or shows it again, as a maintainer.',
      params: schemas.byId,
      body: schemas.moderation,
      answer: schemas.review,
      errors: ['ROLE_NEEDED', 'REVIEW_UNKNOWN', 'TOKEN_ONLY_READS'],
    },
    async ({ params, body, request }) => reviews.moderate(params.id, body, await callers.account(request)),
  );
}
