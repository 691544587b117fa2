import { isolate } from '../isolate.ts';
import type { Order, Pool } from './pool.ts';
import type { PluginInput } from './protocol.ts';
import type { OpenedPlugin, OpenOptions, PluginCode } from './tier.ts';

/** A plugin, the guest it needs, and what that guest is given of it. */
export interface Wish<Wanted extends Order> {
  readonly order: Wanted;
  readonly code: PluginCode;
  readonly input: Pick<PluginInput, 'entry' | 'files'>;
}

/** Opens a plugin in a guest of the pool, and gives its place up when that fails. */
export async function openInPool<Wanted extends Order>(
  pool: Pool<Wanted>,
  { order, code, input }: Wish<Wanted>,
  options: OpenOptions,
): Promise<OpenedPlugin> {
  // What is no longer wanted starts nothing: the pool may be closed by now.
  options.signal.throwIfAborted();
  const seat = await pool.enter(order);
  const { rpc, residents } = seat.guest;
  const resident = residents.add(code, options);
  const close = (): Promise<void> => {
    resident.close();
    return seat.leave();
  };
  try {
    options.signal.throwIfAborted();
    const plugin = await resident.open(rpc, input);
    return { plugin, close };
  } catch (error) {
    isolate(close, () => undefined);
    throw error;
  }
}
