// What a guest may ask of the host. All that arrives was written by the plugin, so each value is read before it is used.
import { PluginErrors } from '../errors.ts';
import { tellCallbackFailed } from '../events.ts';
import type { Command, ListenerOrder, PluginContext } from '../plugin.ts';
import { isTimeout } from '../manifest.ts';
import { fetchFor } from './mediated-fetch.ts';
import type { Place } from './remote.ts';
import type { Handler, Rpc } from './rpc.ts';

/** Who asks: a plugin with a running `ctx`. */
interface Asking {
  readonly place: Place;
  readonly ctx: PluginContext;
  readonly rpc: Rpc;
}

type Request = (asking: Asking, args: readonly unknown[], signal: AbortSignal) => unknown;

/** The handlers of a guest whose plugins are found by number. */
export function requestHandlers(find: (key: unknown) => Place | undefined): Readonly<Record<string, Handler>> {
  const handler =
    (request: Request): Handler =>
    ([key, ...args], signal) => {
      const place = find(key);
      // A plugin that was closed may still say something; nothing is done.
      if (place?.ctx === undefined || place.rpc === undefined) throw gone(key);
      return request({ place, ctx: place.ctx, rpc: place.rpc }, args, signal);
    };
  return Object.fromEntries(Object.entries(requests).map(([name, request]) => [name, handler(request)]));
}

const requests: Readonly<Record<string, Request>> = {
  register({ place, ctx, rpc }, [number, method, args]) {
    const registration = expectNumber(number);
    const kind = expectText(method);
    const given = Array.isArray(args) ? (args as readonly unknown[]) : [];
    if (!Object.hasOwn(registrations, kind)) throw unexpected('registration', kind);
    const invoke: Invoke = (name, callArgs) =>
      rpc.call('invoke', [place.key, registration, name, ...callArgs], callLimits(place));
    const undo = registrations[kind]?.(ctx, given, invoke);
    if (undo) place.registrations.set(registration, undo);
  },
  undo({ place }, [number]) {
    const registration = expectNumber(number);
    place.registrations.get(registration)?.[Symbol.dispose]();
    place.registrations.delete(registration);
  },
  emit: ({ ctx }, [event, payload]) => ctx.emit({ kind: 'event', id: expectText(event) }, payload),
  call({ ctx }, [mode, id, payload, timeoutMs], signal) {
    const known = hookModes.find((each) => each === mode);
    if (!known) throw unexpected('mode', String(mode));
    const limits = { signal, ...(isTimeout(timeoutMs) && { timeoutMs }) };
    return ctx.call<unknown, unknown>({ kind: 'hook', mode: known, id: expectText(id) }, payload, limits);
  },
  use({ ctx }, [service, range, method, ...args]) {
    const wanted = range === undefined || range === null ? undefined : expectText(range);
    const found = ctx.use<Record<string, (...given: unknown[]) => unknown>>(
      { kind: 'service', id: expectText(service) },
      wanted,
    );
    const own = found[expectText(method)];
    if (typeof own !== 'function') throw unexpected('method', `${String(service)}.${String(method)}`);
    return own(...args);
  },
  state({ ctx }, [what, key, value]) {
    if (what === 'get') return ctx.state.get(expectText(key));
    if (what === 'set') return ctx.state.set(expectText(key), value);
    if (what === 'delete') return ctx.state.delete(expectText(key));
    if (what === 'keys') return ctx.state.keys();
    throw unexpected('state', String(what));
  },
  log({ ctx }, [level, fields, message]) {
    const given = typeof fields === 'object' && fields !== null ? fields : {};
    const text = typeof message === 'string' ? message : '';
    if (level === 'error') ctx.logger.error(given, text);
    else if (level === 'warn') ctx.logger.warn(given, text);
    else ctx.logger.info(given, text);
  },
  failed({ place, ctx }, [what, message]) {
    const event = { plugin: place.code.id, what: String(what), message: String(message) };
    ctx.logger.error(event, 'A callback of the plugin failed');
    tellCallbackFailed(event);
  },
  fetch: ({ place, ctx }, [url, init], signal) => fetchFor(place.code, expectText(url), init, [signal, ctx.signal]),
};

const hookModes = ['series', 'parallel', 'waterfall', 'bail'] as const;

type Invoke = (method: string | null, args: readonly unknown[]) => Promise<unknown>;
type Register = (ctx: PluginContext, args: readonly unknown[], invoke: Invoke) => Disposable;

const registrations: Readonly<Record<string, Register>> = {
  provide(ctx, [service, methods], invoke) {
    const names = Array.isArray(methods) ? methods.map(expectText) : [];
    const implementation = Object.fromEntries(
      names.map((name) => [name, (...args: readonly unknown[]) => invoke(name, args)]),
    );
    return ctx.provide({ kind: 'service', id: expectText(service) }, implementation);
  },
  command(ctx, [id, title], invoke) {
    const command: Command = {
      id: expectText(id),
      ...(title !== undefined && title !== null && { title: expectText(title) }),
      run: (args, { signal }) => invoke(null, [args, { signal }]),
    };
    return ctx.command(command);
  },
  on(ctx, [event, order], invoke) {
    const listener = (payload: unknown): unknown => invoke(null, [payload]);
    return ctx.on({ kind: 'event', id: expectText(event) }, listener, { order: orderOf(order) });
  },
  contribute: (ctx, [point, value]) => ctx.contribute({ kind: 'contribution-point', id: expectText(point) }, value),
  defer: (ctx, _args, invoke) => ctx.defer(() => invoke(null, [])),
};

function callLimits({ code }: Place): { readonly timeoutMs?: number } {
  const { callTimeoutMs } = code.manifest.limits ?? {};
  return callTimeoutMs === undefined ? {} : { timeoutMs: callTimeoutMs };
}

function orderOf(order: unknown): ListenerOrder {
  return order === 'pre' || order === 'post' ? order : 'normal';
}

function expectText(value: unknown): string {
  if (typeof value === 'string') return value;
  throw unexpected('value', typeof value);
}

function expectNumber(value: unknown): number {
  if (typeof value === 'number') return value;
  throw unexpected('value', typeof value);
}

function unexpected(what: string, received: string): Error {
  return new PluginErrors.GUEST_REQUEST({ what, received: received.slice(0, 200) });
}

function gone(key: unknown): Error {
  return new PluginErrors.TIER_FAILED({ detail: `there is no running plugin with the number ${String(key)}` });
}
