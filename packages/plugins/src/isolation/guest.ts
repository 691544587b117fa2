// The side of every tier where plugins run. It imports nothing of Node: the wasm tier runs it inside of QuickJS.
import { createGuestContext, type GuestContext } from './guest-context.ts';
import { codedError, guestErrors } from './guest-errors.ts';
import { hookMistake, hookNames, type HookInput, type HookName, type PluginInput, type PluginKey } from './protocol.ts';
import { createRpc, type Rpc } from './rpc.ts';
import type { Message } from './wire.ts';

export interface GuestOptions {
  readonly send: (message: Message) => void;
  /** Loads the module of a plugin. */
  readonly load: (input: PluginInput) => Promise<object>;
  /** Lets go of what `load` has kept. */
  readonly unload?: (key: PluginKey) => void;
  /** Bytes that the guest takes up, for a host that cannot see them itself. */
  readonly memory?: () => number;
}

interface Loaded {
  readonly plugin: Partial<Record<HookName, (...args: readonly unknown[]) => unknown>>;
  readonly context: GuestContext;
}

/** Serves the host: opens plugins, runs their hooks and what they have registered. */
export function startGuest({ send, load, unload, memory }: GuestOptions): Rpc {
  const plugins = new Map<PluginKey, Loaded>();
  const find = (key: unknown): Loaded => {
    const loaded = plugins.get(key as PluginKey);
    if (!loaded) throw codedError('TIER_FAILED', `There is no plugin with the number ${String(key)} here.`);
    return loaded;
  };
  const rpc = createRpc({
    send,
    errors: guestErrors,
    handlers: {
      ping: () => memory?.() ?? 0,
      async open([given]) {
        const input = given as PluginInput;
        const plugin = pluginOf(await load(input), input.id);
        plugins.set(input.key, { plugin, context: createGuestContext({ key: input.key, id: input.id, rpc }) });
        return hookNames.filter((name) => typeof plugin[name] === 'function');
      },
      async hook([key, name, input, ...args], signal) {
        const { plugin, context } = find(key);
        const before = context.refresh(input as HookInput);
        const given = name === 'health' ? [signal] : [context.ctx, ...args];
        const answer = await context
          .runHook(() => plugin[name as HookName]?.(...given))
          .catch((error: unknown) => {
            // The config that it does not take is not its config.
            if (name === 'onConfigChange') context.refresh(before);
            throw error;
          });
        return name === 'health' || name === 'onMigrateConfig' ? answer : undefined;
      },
      invoke: ([key, registration, method, ...args]) =>
        find(key).context.invoke(registration as number, method as string | null, args),
      abort([key, reason]) {
        plugins.get(key as PluginKey)?.context.abort(codedError('CONTEXT_CLOSED', String(reason)));
      },
      close([key]) {
        plugins.get(key as PluginKey)?.context.close();
        plugins.delete(key as PluginKey);
        unload?.(key as PluginKey);
      },
    },
  });
  return rpc;
}

function pluginOf(loaded: object, id: string): Loaded['plugin'] {
  const { default: plugin } = loaded as { readonly default?: unknown };
  const mistake = typeof plugin === 'object' && plugin !== null ? hookMistake(plugin) : typeof plugin;
  if (mistake === undefined) return plugin as Loaded['plugin'];
  throw codedError(
    'NOT_A_PLUGIN',
    `The module of plugin "${id}" has ${mistake} where a plugin is expected. Export the result of definePlugin as its default.`,
  );
}
