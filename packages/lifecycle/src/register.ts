import { LifecycleErrors } from './errors.ts';
import { createHttpDrain, isHttpServer } from './http-drain.ts';
import { createHttp2Drain, isHttp2Server } from './http2-drain.ts';
import {
  checkFunction,
  checkKnown,
  checkMs,
  checkName,
  checkNames,
  invalid,
  type OptionNames,
  type Settings,
} from './options.ts';
import type { States } from './states.ts';
import type { HttpOptions, Lifecycle, Resource, ServerLike, WebSocketOptions, WebSocketServerLike } from './types.ts';
import type { NamedResource } from './waves.ts';
import { createWebSocketDrain } from './ws-drain.ts';

/** What was added to a lifecycle, by name. */
export interface Register {
  readonly add: Lifecycle['add'];
  readonly http: Lifecycle['http'];
  readonly websocket: Lifecycle['websocket'];
  readonly resources: ReadonlyMap<string, NamedResource>;
  /** Connections that had to be cut, by server name; servers that lost none are left out. */
  readonly cutConnections: () => Readonly<Record<string, number>>;
}

/** Something that lets its clients go. */
interface Drain {
  readonly drain: (signal: AbortSignal) => Promise<void>;
  readonly cut: () => number;
}

/** Takes resources until the start. */
export function createRegister(settings: Settings, states: States): Register {
  const resources = new Map<string, NamedResource>();
  const drains = new Map<string, Drain>();

  const insert = (name: string, resource: Resource, isServer: boolean): void => {
    checkResource(name, resource);
    if (states.current !== 'idle') {
      throw new LifecycleErrors.ALREADY_STARTED({ action: `add "${name}"`, state: states.current });
    }
    if (resources.has(name)) throw new LifecycleErrors.DUPLICATE_NAME({ name, kind: 'resource' });
    const { timeoutMs = isServer ? settings.drainMs : 5_000, startTimeoutMs = 30_000 } = resource;
    checkMs('timeoutMs', timeoutMs, 1);
    checkMs('startTimeoutMs', startTimeoutMs, 1);
    resources.set(name, { ...partsOf(resource), name, timeoutMs, startTimeoutMs, isServer });
  };
  /** The drain is made last: it attaches to the server, which a refused registration must not do. */
  const insertServer = (name: string, resource: Resource, create: () => Drain): void => {
    checkResource(name, resource);
    const { timeoutMs, startTimeoutMs } = resource;
    const stop: Resource['stop'] = async (context) => {
      await drains.get(name)?.drain(context.signal);
      await resource.stop?.(context);
    };
    const times = {
      ...(timeoutMs !== undefined && { timeoutMs }),
      ...(startTimeoutMs !== undefined && { startTimeoutMs }),
    };
    insert(name, { ...partsOf(resource), ...times, stop }, true);
    drains.set(name, create());
  };

  return {
    resources,
    add(name, resource) {
      // An object of a class has members of its own.
      if (typeof resource === 'object' && resource !== null && isPlain(resource))
        checkKnown('resource', resource, resourceNames);
      insert(name, resource, false);
    },
    http(name, server, options = {}) {
      checkKnown('options', options, httpNames);
      const { idle = 'patient' } = options;
      if (idle !== 'patient' && idle !== 'prompt') throw invalid('idle', "'patient' or 'prompt'", idle);
      insertServer(name, options, drainOf(server, idle));
    },
    websocket(name, server, options = {}) {
      checkKnown('options', options, webSocketNames);
      const { spreadMs = 1_000 } = options;
      checkMs('spreadMs', spreadMs, 0);
      if (!isWebSocketServer(server)) throw invalid('server', 'a WebSocketServer of the ws package', server);
      insertServer(name, options, () => createWebSocketDrain(server, spreadMs));
    },
    cutConnections() {
      const counts = [...drains].map(([name, drain]) => [name, drain.cut()] as const);
      return Object.fromEntries(counts.filter(([, cut]) => cut > 0));
    },
  };
}

const resourceNames: OptionNames<Resource> = {
  start: true,
  stop: true,
  after: true,
  timeoutMs: true,
  startTimeoutMs: true,
};
const httpNames: OptionNames<HttpOptions> = { ...resourceNames, idle: true };
const webSocketNames: OptionNames<WebSocketOptions> = { after: true, spreadMs: true, timeoutMs: true };

/** Read one by one: the methods of an object of a class are not its own, and need their `this`. */
function partsOf(resource: Resource): Pick<Resource, 'start' | 'stop' | 'after'> {
  const { start, stop, after } = resource;
  return {
    ...(start && { start: (context) => start.call(resource, context) }),
    ...(stop && { stop: (context) => stop.call(resource, context) }),
    ...(after && { after }),
  };
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function checkResource(name: string, resource: Resource): void {
  checkName('name', name);
  if (typeof resource !== 'object' || resource === null) throw invalid('resource', 'an object', resource);
  checkFunction('start', resource.start);
  checkFunction('stop', resource.stop);
  if (resource.after !== undefined) checkNames('after', resource.after);
}

function isWebSocketServer(server: Partial<WebSocketServerLike> | undefined): boolean {
  const { clients, on, off, close } = server ?? {};
  return Symbol.iterator in Object(clients) && [on, off, close].every((method) => typeof method === 'function');
}

function drainOf(server: ServerLike, idle: 'patient' | 'prompt'): () => Drain {
  if (isHttp2Server(server)) return () => createHttp2Drain(server, idle);
  if (isHttpServer(server)) return () => createHttpDrain(server, idle);
  throw invalid('server', 'a node:http, node:https or node:http2 server', server);
}
