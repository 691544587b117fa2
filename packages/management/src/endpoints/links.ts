import type { Route } from '../route.ts';

/** `/`: where everything is. */
export function linksRoute(routes: ReadonlyMap<string, Route>): Route {
  return {
    name: '',
    async read({ base, path }) {
      if (path.length > 0) return undefined;
      const links: Record<string, { readonly href: string; readonly templated: boolean }> = {
        self: { href: `${base}/`, templated: false },
      };
      for (const { name, below = [] } of routes.values()) {
        if (name === '') continue;
        links[name] = { href: `${base}/${name}`, templated: false };
        for (const part of below) {
          const rel = `${name}-${part.replaceAll(/[{}]/g, '')}`;
          links[rel] = { href: `${base}/${name}/${part}`, templated: part.startsWith('{') };
        }
      }
      return { body: { _links: links } };
    },
  };
}
