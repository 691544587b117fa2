import type { Lifecycle } from '@seaworthy/lifecycle';
import type { Settings } from '../settings.ts';
import { slot, type Slot } from '../slot.ts';
import { localLimits, sharedLimits, type Limits, type LimitsLogger, type SharedLimits } from './limits.ts';
import { openRedis, type RedisConnection } from './redis.ts';

/** How often somebody may ask, counted in Redis where there is one. A Redis that is away holds up neither the start nor the end. */
export function addLimits(life: Lifecycle, settings: Settings, logger: LimitsLogger): Slot<Limits> {
  const { url, prefix } = settings.redis;
  const perMinute = {
    logins: settings.registry.loginsPerMinute,
    reads: settings.marketplace.readsPerMinute,
    writes: settings.marketplace.writesPerMinute,
    reports: settings.reports.perMinute,
  };
  if (url === undefined) {
    const local = slot<Limits>('limits');
    life.add('limits', { after: ['management'], start: () => void local.fill(localLimits(perMinute)) });
    return local;
  }
  const shared = slot<SharedLimits>('limits');
  let connection: RedisConnection | undefined;
  life.add('limits', {
    after: ['management'],
    async start({ signal }) {
      connection = await openRedis(url.reveal(), { signal });
      const limits = shared.fill(sharedLimits(perMinute, { connection, prefix, logger }));
      // Told at the start, not with the first request.
      await limits.check();
    },
    stop: () => connection?.[Symbol.asyncDispose](),
  });
  life.health.add('limits', () => shared.value.check(), { groups: ['ready'] });
  return shared;
}
