import { createEngine } from './engine.ts';
import { createHealth } from './health/registry.ts';
import { createInFlight } from './inflight.ts';
import { createNotifier } from './notify.ts';
import { readOptions } from './options.ts';
import { createRegister } from './register.ts';
import { describe } from './report.ts';
import { createExitPolicy } from './signals.ts';
import { createStates } from './states.ts';
import type { Lifecycle, LifecycleOptions } from './types.ts';

/**
 * Creates the lifecycle of one process; nothing is listened to before `start()`.
 *
 * @throws LifecycleErrors.INVALID_OPTION, UNKNOWN_OPTION
 */
export function createLifecycle(options: LifecycleOptions = {}): Lifecycle {
  const settings = readOptions(options);
  const states = createStates((state) => {
    if (state === 'ready') notifier.ready();
    if (state === 'draining') notifier.stopping();
  });
  const health = createHealth(states);
  const isAlive = async (): Promise<boolean> => (await health.check('live')).status !== 'down';
  const notifier = createNotifier({ isAlive, logger: settings.logger });
  const { resources, cutConnections, add, http, websocket } = createRegister(settings, states);
  const work = createInFlight();
  const engine = createEngine({
    settings,
    states,
    work,
    resources,
    connections: cutConnections,
    onStarting: () => policy.install(),
    onStopped() {
      notifier.close();
      health.abort();
      policy.remove();
    },
  });
  const policy = createExitPolicy({ settings, stop: engine.stop, unfinished: engine.unfinished });

  return {
    get state() {
      return states.current;
    },
    signal: engine.signal,
    stopped: engine.stopped,
    health: { add: health.add, check: health.check, groups: health.groups },
    add,
    http,
    websocket,
    track: work.track,
    start: engine.start,
    // It never rejects, so also not for what a listener is given, such as an error.
    stop: (reason: unknown = 'stop') => engine.stop(typeof reason === 'string' ? reason : describe(reason)),
    async [Symbol.asyncDispose]() {
      await engine.stop('dispose');
    },
  };
}
