import type {
  ConfigContributor,
  ConfigRow,
  ErrorsContributor,
  Eventually,
  ListContributor,
  PluginsContributor,
  ResilienceContributor,
} from '../contributors.ts';
import { maskByName } from '../plain.ts';
import type { Query, Route } from '../route.ts';
import { circuitBreakers, errorsBody } from '../shapes.ts';

/** `/config` and `/config/{key}`: every value with where it came from. */
export function configRoute(config: ConfigContributor): Route {
  const shown = ({ key, value, source }: ConfigRow): object => ({ value: maskByName(key, value), source });
  return {
    name: 'config',
    below: ['{key}'],
    async read({ path, ask }) {
      if (path.length > 1) return undefined;
      const rows = await ask('config', async () =>
        (await config.describe()).map((row) => [row.key, shown(row)] as const),
      );
      if (path.length === 0) return { body: { properties: Object.fromEntries(rows) } };
      const found = rows.find(([key]) => key === path[0]);
      return found && { body: { property: found[1] } };
    },
  };
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

/** `/circuitbreakers`: every breaker, its state and its counters. */
export function breakersRoute(resilience: ResilienceContributor): Route {
  return listRoute('circuitbreakers', () => resilience.list(), circuitBreakers);
}

/** `/errors` and `/errors/{code}`: how often each happened, and the newest. */
export function errorsRoute(errors: ErrorsContributor): Route {
  const read = async ({ path, ask }: Query): Promise<object | undefined> => {
    const [counts, recent] = await ask(
      'errors',
      async () => [[...(await errors.counts())], [...(await errors.recent())]] as const,
    );
    const [wanted] = path;
    if (wanted === undefined) return errorsBody(counts, recent);
    const isWanted = ({ code }: { readonly code: string }): boolean => code === wanted;
    return counts.some(isWanted) ? errorsBody(counts.filter(isWanted), recent.filter(isWanted)) : undefined;
  };
  return {
    name: 'errors',
    below: ['{code}'],
    async read(query) {
      const body = query.path.length > 1 ? undefined : await read(query);
      return body && { body };
    },
  };
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
