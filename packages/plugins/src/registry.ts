import { PluginErrors } from './errors.ts';
import { isolate } from './isolate.ts';
import type { Command, Contribution, ListenerOrder } from './plugin.ts';

/** Who registers: the plugin and its place in the order. */
export interface Owner {
  readonly id: string;
  readonly version: string;
  readonly index: number;
}

/** A service that is there now. */
export interface Provided {
  readonly owner: Owner;
  readonly implementation: unknown;
  /** Aborted when the service is withdrawn. */
  readonly withdrawn: AbortSignal;
}

export type Listen = (payload: unknown) => unknown;

interface Listener {
  readonly owner: Owner;
  readonly order: ListenerOrder;
  readonly listener: Listen;
}

interface Contributed {
  readonly owner: Owner;
  readonly value: unknown;
}

export interface OwnedCommand {
  readonly owner: Owner;
  readonly command: Command;
  /** The signal of the plugin. */
  readonly signal: AbortSignal;
}

/** Everything the plugins of one host have registered; each `add…` returns its undo. */
export interface Registry {
  addService(owner: Owner, id: string, implementation: unknown): () => void;
  service(id: string): Provided | undefined;
  addContribution(owner: Owner, point: string, value: unknown): () => void;
  contributions(point: string): readonly Contribution<unknown>[];
  addCommand(entry: OwnedCommand): () => void;
  commands(): readonly OwnedCommand[];
  addListener(event: string, entry: Listener): () => void;
  /** Calls each listener of now; a listener added meanwhile waits for the next event. */
  emit(event: string, payload: unknown): void;
}

const orders: readonly ListenerOrder[] = ['pre', 'normal', 'post'];

export function createRegistry(onListenerFailure: (owner: Owner, event: string, error: unknown) => void): Registry {
  const services = new Map<string, Provided>();
  const points = new Map<string, Set<Contributed>>();
  const commands = new Map<string, OwnedCommand>();
  const listeners = new Map<string, Set<Listener>>();
  return {
    addService(owner, id, implementation) {
      const taken = services.get(id);
      if (taken) throw new PluginErrors.SERVICE_TAKEN({ service: id, provider: taken.owner.id });
      const withdrawal = new AbortController();
      services.set(id, { owner, implementation, withdrawn: withdrawal.signal });
      return () => {
        services.delete(id);
        withdrawal.abort(new PluginErrors.SERVICE_GONE({ service: id, provider: owner.id }));
      };
    },
    service: (id) => services.get(id),
    addContribution: (owner, point, value) => addTo(points, point, { owner, value }),
    contributions: (point) => inOrder(points.get(point)).map(({ owner, value }) => ({ plugin: owner.id, value })),
    addCommand(entry) {
      const { id } = entry.command;
      const taken = commands.get(id);
      if (taken) throw new PluginErrors.COMMAND_TAKEN({ command: id, owner: taken.owner.id });
      commands.set(id, entry);
      return () => void commands.delete(id);
    },
    commands: () => inOrder(commands.values()),
    addListener: (event, entry) => addTo(listeners, event, entry),
    emit(event, payload) {
      const all = inOrder(listeners.get(event)).toSorted((a, b) => orders.indexOf(a.order) - orders.indexOf(b.order));
      for (const { owner, listener } of all) {
        isolate(
          () => listener(payload),
          (error) => onListenerFailure(owner, event, error),
        );
      }
    },
  };
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
  return [...entries].toSorted((a, b) => a.owner.index - b.owner.index);
}
