// New reports over WebSocket: the listeners, measured and logged, and what feeds them.
import type { Lifecycle } from '@seaworthy/lifecycle';
import { wsLogger, type Logger } from '@seaworthy/logger';
import type { PluginEntry } from '@seaworthy/plugins';
import { measureWebSockets, type WebSocketMeasurements } from '@seaworthy/telemetry/node';
import type { TakeUpgrade } from './http/upgrades.ts';
import { createPlaces } from './modules/identity/places.ts';
import { createFeed, type ReportToTell } from './modules/live/feed.ts';
import { createListeners } from './modules/live/listeners.ts';
import { livePath } from './modules/live/message.ts';
import { liveModule } from './modules/live/module.ts';
import { createAudience, type AudienceOptions } from './modules/live/audience.ts';
import type { Askers } from './modules/reports/askers.ts';
import type { ReportStore } from './modules/reports/store.ts';
import type { Settings } from './settings.ts';
import type { Notices } from './storage/notices.ts';

/** How long a listener may take to say goodbye, in milliseconds: a restart does not wait longer for one that hangs. */
const goodbyeMs = 2_000;

export interface Live {
  moduleFor(askers: Pick<Askers, 'reader'>): PluginEntry;
  /** Tells what the store gets, from now on. With a database of several servers all of it comes from its notices. */
  follow(parts: FollowedParts): void;
  /** A report was stored by this server. */
  stored(id: string): void;
}

export interface FollowedParts extends Pick<AudienceOptions, 'access' | 'living'> {
  readonly store: Pick<ReportStore, 'find'>;
  readonly notices: Notices;
}

export interface LiveParts {
  readonly logger: Logger;
  readonly takeUpgrade: TakeUpgrade;
}

type LogOf = (fields: object, message: string) => unknown;

export function addLive(life: Lifecycle, settings: Settings, { logger, takeUpgrade }: LiveParts): Live {
  const { listeners: limit, listenersPerAddress: limitPerAddress } = settings.live;
  const [warn, info, debug] = (['warn', 'info', 'debug'] as const).map(
    (level) => (fields: object, message: string) => logger[level](fields, message),
  ) as [LogOf, LogOf, LogOf];
  // What a stranger's socket does is no error of the server.
  const log = wsLogger({ log: { fatal: warn, error: warn, warn, info, debug, trace: debug } });
  const onOpened = (socket: Parameters<typeof log>[0]): void => void log(socket, { route: livePath });
  const listeners = createListeners({ limit, limitPerAddress, onOpened });
  const measured: WebSocketMeasurements = measureWebSockets(listeners.sockets, { endpoint: livePath });
  const isShared = settings.database.url !== undefined;
  let find: (id: string) => Promise<ReportToTell | undefined> = () => Promise.resolve(undefined);
  let following: Disposable | undefined;
  const feed = createFeed({
    find: (id) => find(id),
    tell: (message, mayHear) =>
      listeners.tell(message, { mayHear, send: (socket, text) => measured.send(socket, text) }),
    hasListeners: () => listeners.count > 0,
    onFailed: (error) => logger.warn({ err: error }, 'listeners were not told of a report'),
  });
  life.websocket('live', listeners.sockets, { after: ['plugins'], timeoutMs: goodbyeMs });
  life.add('live feed', { after: ['plugins'], stop: () => following?.[Symbol.dispose]() });
  return {
    moduleFor: (askers) =>
      liveModule({ listeners, takeUpgrade, askers, originOf: createPlaces(settings.web.url).originOf }),
    follow({ store, notices, access, living }) {
      const audienceOf = createAudience({ access, living, listening: () => listeners.accounts() });
      find = async (id) => {
        const found = await store.find(id);
        return found && { report: found.report, mayHear: await audienceOf(found) };
      };
      if (isShared) following = notices.subscribe(feed);
    },
    stored: (id) => void (!isShared && feed.stored(id)),
  };
}
