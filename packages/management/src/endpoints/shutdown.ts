import { tellContributorFailed } from '../events.ts';
import type { LifecycleContributor, ManagementLogger } from '../contributors.ts';
import type { Route } from '../route.ts';

/** POST `/shutdown`: stops everything as a signal would, after the answer. */
export function shutdownRoute(lifecycle: LifecycleContributor, logger: ManagementLogger): Route {
  const stop = async (): Promise<void> => {
    const startedAt = performance.now();
    try {
      await lifecycle.stop?.('management');
    } catch (error) {
      const durationMs = performance.now() - startedAt;
      tellContributorFailed({ endpoint: 'shutdown', durationMs, outcome: 'error' });
      logger.error({ endpoint: 'shutdown', err: error }, 'a management contributor failed');
    }
  };
  return {
    name: 'shutdown',
    writable: (path) => path.length === 0,
    async write() {
      // This server closes last and lets accepted requests end, so the answer arrives whatever stops meanwhile.
      setImmediate(() => void stop());
      return { body: { message: 'Shutting down.' } };
    },
  };
}
