import type { MetricsContributor } from '../contributors.ts';
import { ManagementErrors } from '../errors.ts';
import { mostCharacters } from '../plain.ts';
import type { Route } from '../route.ts';

/** `/metrics`: what Prometheus scrapes. */
export function metricsRoute(metrics: MetricsContributor): Route {
  return {
    name: 'metrics',
    async read({ path, accept, ask }) {
      if (path.length > 0) return undefined;
      const rendered: unknown = await ask('metrics', () => metrics.render(accept));
      if (isRendered(rendered) && rendered.body.length <= mostCharacters) return rendered;
      throw new ManagementErrors.CONTRIBUTOR_UNREADABLE({
        endpoint: 'metrics',
        problem: isRendered(rendered) ? `more than ${mostCharacters} characters` : 'no text with a content type',
      });
    },
  };
}

function isRendered(value: unknown): value is { readonly contentType: string; readonly body: string } {
  if (typeof value !== 'object' || value === null || !('contentType' in value) || !('body' in value)) return false;
  return (
    typeof value.body === 'string' && typeof value.contentType === 'string' && /^[\x20-\x7e]+$/.test(value.contentType)
  );
}
