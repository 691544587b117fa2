import type { ConfigContributor, Eventually, ListContributor, PluginsContributor } from '../contributors.ts';
import { maskByName } from '../plain.ts';
import type { Route } from '../route.ts';

/** `/config`: every value with where it came from. */
export function configRoute(config: ConfigContributor): Route {
  return listRoute(
    'config',
    () => config.describe(),
    (rows) => ({
      properties: Object.fromEntries(
        rows.map(({ key, value, source }) => [key, { value: maskByName(key, value), source }]),
      ),
    }),
  );
}

/** `/flags`: every flag by its key. */
export function flagsRoute(flags: ListContributor): Route {
  return listRoute(
    'flags',
    () => flags.list(),
    (list) => ({
      flags: Object.fromEntries(
        list.map((flag, index) => {
          const { key = index, ...rest } = flag as { readonly key?: unknown };
          return [String(key), rest];
        }),
      ),
    }),
  );
}

/** `/plugins`: every plugin and its state. */
export function pluginsRoute(plugins: PluginsContributor): Route {
  return listRoute(
    'plugins',
    () => plugins.status(),
    (list) => ({ plugins: list }),
  );
}

/** `/schemas`: every subject with its versions. */
export function schemasRoute(schemas: ListContributor): Route {
  return listRoute(
    'schemas',
    () => schemas.list(),
    (list) => ({ schemas: list }),
  );
}

function listRoute<T>(
  name: string,
  list: () => Eventually<readonly T[]>,
  shape: (items: readonly T[]) => object,
): Route {
  return {
    name,
    async read({ path, ask }) {
      if (path.length > 0) return undefined;
      return { body: await ask(name, async () => shape([...(await list())])) };
    },
  };
}
