// The host's side of plugins that run elsewhere: their hooks call over, and what they ask for is done with their `ctx`.
// (1) A guest can do for a plugin only what the `ctx` of that plugin can do, and nothing before its first hook.
// (2) What a guest has registered is kept by the `ctx` of the plugin, so it is undone with the plugin, guest or no guest.
import { messageOf } from '../isolate.ts';
import type { Plugin, PluginContext } from '../plugin.ts';
import type { HookInput, HookName, PluginInput, PluginKey } from './protocol.ts';
import { requestHandlers } from './requests.ts';
import type { Handler, Rpc } from './rpc.ts';
import type { OpenOptions, PluginCode } from './tier.ts';

/** The plugins of one guest. */
export interface Residents {
  /** What the guest may call. */
  readonly handlers: Readonly<Record<string, Handler>>;
  /** Those that are there. */
  readonly all: readonly Place[];
  readonly ids: readonly string[];
  /** Makes room for a plugin, which the guest has not loaded yet. */
  add(code: PluginCode, options: OpenOptions): Resident;
  /** Tells each plugin that its guest is lost. */
  crash(error: Error): void;
  find(key: unknown): Place | undefined;
}

/** One plugin of a guest. */
export interface Resident {
  readonly key: PluginKey;
  /** Loads it in the guest and answers with its hooks. */
  open(rpc: Rpc, input: Pick<PluginInput, 'entry' | 'files'>): Promise<Plugin>;
  /** Lets the guest forget it; safe twice. */
  close(): void;
}

/** A plugin and what it has registered. */
export interface Place {
  readonly key: PluginKey;
  readonly code: PluginCode;
  readonly options: OpenOptions;
  readonly registrations: Map<number, Disposable>;
  rpc?: Rpc;
  ctx?: PluginContext;
}

export function createResidents(): Residents {
  const places = new Map<unknown, Place>();
  let lastKey = 0;
  return {
    handlers: requestHandlers((key) => places.get(key)),
    get all() {
      return [...places.values()];
    },
    get ids() {
      return Array.from(places.values(), ({ code }) => code.id);
    },
    add(code, options) {
      const key = (lastKey += 1);
      const place: Place = { key, code, options, registrations: new Map() };
      places.set(key, place);
      return residentOf(place, () => places.delete(key));
    },
    crash(error) {
      for (const { options } of places.values()) options.onCrash(error);
    },
    find: (key) => places.get(key),
  };
}

function residentOf(place: Place, forget: () => boolean): Resident {
  const { key, code, options } = place;
  return {
    key,
    async open(rpc, input) {
      place.rpc = rpc;
      const given: PluginInput = { key, id: code.id, ...input };
      // The host's own deadline ends this through the signal.
      const names = await rpc.call('open', [given], { signal: options.signal, timeoutMs: Infinity });
      return remotePlugin(place, names as readonly HookName[]);
    },
    close() {
      if (forget()) place.rpc?.tell('close', [key]);
      place.registrations.clear();
      delete place.ctx;
    },
  };
}

/** A plugin whose hooks run in the guest. The host limits how long they may take; a lost guest ends them. */
function remotePlugin(place: Place, names: readonly HookName[]): Plugin {
  const call = (name: HookName, input: HookInput, args: readonly unknown[], signal?: AbortSignal): unknown =>
    place.rpc?.call('hook', [place.key, name, input, ...args], { timeoutMs: Infinity, ...(signal && { signal }) });
  const hook =
    (name: HookName) =>
    (ctx: PluginContext, ...args: readonly unknown[]) => {
      follow(place, ctx);
      return call(name, inputOf(place, ctx), args);
    };
  const health = (signal: AbortSignal): unknown => call('health', inputOf(place, place.ctx), [], signal);
  // The first hook brings the `ctx` even if the plugin has no hook of its own.
  const all = new Set<HookName>(['onInit', ...names]);
  return Object.fromEntries(Array.from(all, (name) => [name, name === 'health' ? health : hook(name)]));
}

/** Takes the `ctx` of this run of the plugin, and passes its end on. */
function follow(place: Place, ctx: PluginContext): void {
  if (place.ctx === ctx) return;
  place.ctx = ctx;
  const { signal } = ctx;
  const tell = (): void => place.rpc?.tell('abort', [place.key, messageOf(signal.reason)]);
  if (signal.aborted) tell();
  else signal.addEventListener('abort', tell, { once: true });
}

function inputOf({ code }: Place, ctx: PluginContext | undefined): HookInput {
  const { services = [] } = code.manifest.permissions ?? {};
  return { config: ctx?.config, services: services.filter((id) => ctx?.has({ kind: 'service', id }) === true) };
}
