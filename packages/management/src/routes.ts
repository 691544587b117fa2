import type { AppInfo } from './app-info.ts';
import type { Endpoint } from './contributors.ts';
import type { EventLoopMonitor } from './diagnostics/event-loop.ts';
import { diagnosticsRoute } from './endpoints/diagnostics.ts';
import { healthRoutes } from './endpoints/health.ts';
import { infoRoute } from './endpoints/info.ts';
import { linksRoute } from './endpoints/links.ts';
import { breakersRoute, configRoute, errorsRoute, flagsRoute, pluginsRoute, schemasRoute } from './endpoints/lists.ts';
import { loggersRoute } from './endpoints/loggers.ts';
import { metricsRoute } from './endpoints/metrics.ts';
import { ownRoute } from './endpoints/own.ts';
import { shutdownRoute } from './endpoints/shutdown.ts';
import { ManagementErrors } from './errors.ts';
import { expectMethods } from './expect-option.ts';
import type { ManagementOptions, Settings } from './options.ts';
import type { Route } from './route.ts';

/** The endpoints of one server, by the first part of their path. */
export interface Routes {
  readonly all: ReadonlyMap<string, Route>;
  /** Adds an endpoint and returns its undo. @throws ENDPOINT_TAKEN, INVALID_OPTION */
  readonly add: (name: string, endpoint: Endpoint) => () => void;
}

/** What endpoints are made of besides contributors. */
export interface RouteParts {
  readonly settings: Pick<Settings, 'exposed' | 'logger' | 'maxHeapBytes'>;
  readonly app: AppInfo | undefined;
  readonly monitor: EventLoopMonitor | undefined;
}

/** Makes an endpoint of each contributor that is there and exposed. */
export function createRoutes(options: ManagementOptions, { settings, app, monitor }: RouteParts): Routes {
  const { lifecycle, info, metrics, loggers, config, flags, plugins, schemas, resilience, errors } = options;
  const { exposed, logger, maxHeapBytes } = settings;
  const all = new Map<string, Route>();
  const given: readonly (Route | undefined)[] = [
    ...healthRoutes(lifecycle),
    infoRoute(info, app),
    metrics && metricsRoute(metrics),
    loggers && loggersRoute(loggers),
    config && configRoute(config),
    flags && flagsRoute(flags),
    plugins && pluginsRoute(plugins),
    schemas && schemasRoute(schemas),
    resilience && breakersRoute(resilience),
    errors && errorsRoute(errors),
    monitor && diagnosticsRoute(monitor, maxHeapBytes),
    lifecycle?.stop && shutdownRoute(lifecycle, logger),
  ];
  all.set('', linksRoute(all));
  for (const route of given) {
    // `/ready` is another name for a group of `/health`.
    if (route && exposed.has(route.name === 'ready' ? 'health' : route.name)) all.set(route.name, route);
  }
  return { all, add: (name, endpoint) => addOwn(all, name, endpoint) };
}

function addOwn(all: Map<string, Route>, name: string, endpoint: Endpoint): () => void {
  if (!/^[a-z][a-z0-9-]*$/.test(name)) {
    const expected = 'lower-case letters, digits and dashes';
    throw new ManagementErrors.INVALID_OPTION({ option: 'name', expected, value: `\`${name}\``, type: typeof name });
  }
  expectMethods('endpoint', endpoint ?? null, ['read', ...(endpoint?.write === undefined ? [] : ['write'])]);
  if (all.has(name)) throw new ManagementErrors.ENDPOINT_TAKEN({ name });
  const route = ownRoute(name, endpoint);
  all.set(name, route);
  return () => void (all.get(name) === route && all.delete(name));
}
