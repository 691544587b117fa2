import type { FastifyInstance } from 'fastify';
import { ServerErrors } from '../errors.ts';
import { pathOf } from './problems.ts';

/** Marks the routes that only refuse. */
export const refusal = { isRefusal: true } as const;

/**
 * Notes the routes that are added from now on. What it returns answers every other method on their paths with 405 and the
 * methods that are possible: to the router alone such a request is 404, as if there were nothing.
 */
export function refuseOtherMethods(app: FastifyInstance): () => void {
  const paths = new Map<string, { readonly url: string; readonly methods: Set<string> }>();
  let isOver = false;
  app.addHook('onRoute', ({ url, method }) => {
    if (isOver) return;
    // `/a/:id` and `/a/:name` are one path to the router.
    const key = url.replaceAll(/:[^/]+/g, ':');
    const path = paths.get(key) ?? { url, methods: new Set() };
    for (const each of [method].flat()) path.methods.add(each);
    paths.set(key, path);
  });
  return () => {
    isOver = true;
    for (const { url, methods } of paths.values()) {
      const others = app.supportedMethods.filter((method) => !methods.has(method));
      const allowed = [...methods].toSorted().join(', ');
      app.route({
        url,
        method: others,
        config: refusal,
        // Before the body: that of a refused request is not read.
        onRequest: async ({ method, url: asked }) => {
          throw new ServerErrors.METHOD_NOT_ALLOWED({ method, path: pathOf(asked), allowed });
        },
        handler: () => undefined,
      });
    }
  };
}
