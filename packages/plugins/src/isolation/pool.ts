// (1) A guest has plugins of one group only, and at most `mostPlugins`.
// (2) A guest without plugins is ended; a lost one gets no more plugins, and the next plugin of its group starts another.
import type { Residents } from './remote.ts';
import type { Rpc } from './rpc.ts';

/** A thread or process that plugins run in. */
export interface Guest {
  readonly rpc: Rpc;
  readonly residents: Residents;
  /** Whether it takes no more plugins. */
  readonly isOver: boolean;
  /** Ends it, and waits until it is gone. */
  end(): Promise<void>;
}

/** What a plugin needs of its guest; plugins with the same group may share one. */
export interface Order {
  readonly group: string;
}

export interface PoolOptions<Wanted extends Order> {
  readonly start: (order: Wanted) => Promise<Guest>;
  readonly mostPlugins: number;
}

/** The place of one plugin in a guest. */
export interface Seat {
  readonly guest: Guest;
  /** Gives it up; the last one ends the guest. */
  leave(): Promise<void>;
}

export interface Pool<Wanted extends Order> {
  enter(order: Wanted): Promise<Seat>;
  /** Ends all guests. */
  close(): Promise<void>;
}

interface Room {
  readonly starting: Promise<Guest>;
  guest?: Guest;
  taken: number;
}

export function createPool<Wanted extends Order>({ start, mostPlugins }: PoolOptions<Wanted>): Pool<Wanted> {
  const groups = new Map<string, Room[]>();

  function roomFor(order: Wanted): Room {
    const { group } = order;
    const rooms = (groups.get(group) ?? []).filter(({ guest }) => guest?.isOver !== true);
    const free = rooms.find(({ taken }) => taken < mostPlugins);
    const room = free ?? { starting: start(order), taken: 0 };
    if (!free) rooms.push(room);
    groups.set(group, rooms);
    return room;
  }

  async function leave(room: Room): Promise<void> {
    room.taken -= 1;
    if (room.taken > 0) return;
    for (const [group, rooms] of groups) {
      const others = rooms.filter((other) => other !== room);
      if (others.length === 0) groups.delete(group);
      else groups.set(group, others);
    }
    await room.guest?.end();
  }

  return {
    async enter(order) {
      const room = roomFor(order);
      room.taken += 1;
      try {
        room.guest = await room.starting;
      } catch (error) {
        await leave(room);
        throw error;
      }
      let left: Promise<void> | undefined;
      return { guest: room.guest, leave: () => (left ??= leave(room)) };
    },
    async close() {
      const rooms = [...groups.values()].flat();
      groups.clear();
      await Promise.all(rooms.map(({ starting }) => starting.then((guest) => guest.end()).catch(() => undefined)));
    },
  };
}
