import { PluginErrors } from './errors.ts';
import { Hook, type Listener, type ListenerFailed } from './hooks.ts';
import type { Command, Contribution } from './plugin.ts';

/** Who registers: the plugin and its place in the order. */
export interface Owner {
  readonly id: string;
  readonly version: string;
  /** Its place in the order; another one when a reload has changed the order. */
  readonly place: { readonly index: number };
}

/** A service that is there now. */
export interface Provided {
  readonly owner: Owner;
  readonly implementation: unknown;
  /** Aborted when the service is withdrawn. */
  readonly withdrawn: AbortSignal;
  /** Of a plugin that does not run yet: calls wake it. Its own registration takes the place. */
  readonly isPromised?: true;
}

interface Contributed {
  readonly owner: Owner;
  readonly value: unknown;
}

export interface OwnedCommand {
  readonly owner: Owner;
  readonly command: Command;
  /** Its signal is that of the plugin. */
  readonly scope: { readonly signal: AbortSignal };
  /** Of a plugin that does not run yet: running it wakes it. Its own registration takes the place. */
  readonly isPromised?: true;
}

/** Everything the plugins of one host have registered; each `add…` returns its undo. */
export interface Registry {
  addService(owner: Owner, id: string, implementation: unknown): () => void;
  /** A service that its plugin will provide once it runs. */
  promiseService(owner: Owner, id: string, implementation: unknown): () => void;
  service(id: string): Provided | undefined;
  addContribution(owner: Owner, point: string, value: unknown): () => void;
  contributions(point: string): readonly Contribution<unknown>[];
  addCommand(entry: OwnedCommand): () => void;
  commands(): readonly OwnedCommand[];
  command(id: string): OwnedCommand | undefined;
  /** The hook of an id, made by the first that asks; it is kept, so that it can be held. */
  hook(id: string): Hook;
  addListener(id: string, entry: Listener): () => void;
  /** The places of owners have changed. */
  reorder(): void;
}

export function createRegistry(onListenerFailure: ListenerFailed): Registry {
  const services = new Map<string, Provided>();
  const points = new Map<string, Set<Contributed>>();
  const commands = new Map<string, OwnedCommand>();
  const hooks = new Map<string, Hook>();
  const hook = (id: string): Hook => {
    const existing = hooks.get(id);
    if (existing) return existing;
    const made = new Hook(id, onListenerFailure);
    hooks.set(id, made);
    return made;
  };
  return {
    addService(owner, id, implementation) {
      const taken = services.get(id);
      if (taken && !isPromiseOf(taken, owner)) {
        throw new PluginErrors.SERVICE_TAKEN({ service: id, provider: taken.owner.id });
      }
      const withdrawal = new AbortController();
      services.set(id, { owner, implementation, withdrawn: withdrawal.signal });
      return () => {
        services.delete(id);
        withdrawal.abort(new PluginErrors.SERVICE_GONE({ service: id, provider: owner.id }));
      };
    },
    promiseService(owner, id, implementation) {
      if (services.has(id)) return () => {};
      const promised: Provided = { owner, implementation, withdrawn: new AbortController().signal, isPromised: true };
      services.set(id, promised);
      return () => {
        if (services.get(id) === promised) services.delete(id);
      };
    },
    service: (id) => services.get(id),
    addContribution: (owner, point, value) => addTo(points, point, { owner, value }),
    contributions: (point) => inOrder(points.get(point)).map(({ owner, value }) => ({ plugin: owner.id, value })),
    addCommand(entry) {
      const { id } = entry.command;
      const taken = commands.get(id);
      if (taken && !isPromiseOf(taken, entry.owner)) {
        throw new PluginErrors.COMMAND_TAKEN({ command: id, owner: taken.owner.id });
      }
      commands.set(id, entry);
      return () => {
        if (commands.get(id) === entry) commands.delete(id);
      };
    },
    commands: () => inOrder(commands.values()),
    command: (id) => commands.get(id),
    hook,
    addListener: (id, entry) => hook(id).add(entry),
    reorder() {
      for (const each of hooks.values()) each.reorder();
    },
  };
}

function isPromiseOf(taken: { readonly owner: Owner; readonly isPromised?: true }, { id }: Owner): boolean {
  return taken.isPromised === true && taken.owner.id === id;
}

function addTo<Entry>(lists: Map<string, Set<Entry>>, key: string, entry: Entry): () => void {
  const list = lists.get(key) ?? new Set<Entry>();
  lists.set(key, list.add(entry));
  return () => {
    list.delete(entry);
    if (list.size === 0 && lists.get(key) === list) lists.delete(key);
  };
}

function inOrder<Entry extends { readonly owner: Owner }>(entries: Iterable<Entry> = []): readonly Entry[] {
  return [...entries].toSorted((a, b) => a.owner.place.index - b.owner.place.index);
}
