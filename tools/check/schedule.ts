import type { Net } from './nets.ts';

/** Runs the nets in their order, at most `limit` at once and at most one that uses the build. */
export async function schedule(nets: readonly Net[], limit: number, work: (net: Net) => Promise<void>): Promise<void> {
  const waiting = [...nets];
  const running = new Map<Net, Promise<void>>();
  while (waiting.length > 0 || running.size > 0) {
    const buildIsTaken = [...running.keys()].some((net) => net.usesBuild === true);
    const next = waiting.findIndex((net) => !(buildIsTaken && net.usesBuild === true));
    if (next === -1 || running.size === limit) {
      await Promise.race(running.values());
      continue;
    }
    for (const net of waiting.splice(next, 1)) {
      running.set(
        net,
        work(net).finally(() => running.delete(net)),
      );
    }
  }
}
