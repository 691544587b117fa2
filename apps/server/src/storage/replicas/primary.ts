import { createPositions, type Standing } from './positions.ts';
import { probe } from './probe.ts';

/** The database that takes changes, as this server sees it. */
export interface Primary extends AsyncDisposable {
  /** Resolves when it has answered for the first time, or has failed to. */
  readonly begun: Promise<void>;
  readonly isAway: boolean;
  /** The moment that replicas are measured by: now, or when it was last there. */
  readonly present: number;
  /** Which database it is; undefined while it has never answered. */
  readonly database: string | undefined;
  /** Everything that was committed before this moment is there; `-Infinity` when nothing can be said. */
  momentOf(replica: Standing): number;
}

export interface PrimaryOptions {
  readonly url: string;
  readonly probe: { readonly intervalMs: number; readonly timeoutMs: number };
  readonly onSeen: (at: number) => void;
  readonly onAway: () => void;
}

/** Asks the primary how far it is, until it is disposed of. */
export function watchPrimary({ url, onSeen, onAway, ...options }: PrimaryOptions): Primary {
  const positions = createPositions();
  let database: string | undefined;
  let seenAt = performance.now();
  let isAway = false;
  const away = (): void => {
    isAway = true;
    onAway();
  };
  const probing = probe({
    url,
    ...options.probe,
    onAnswer(standing, at) {
      // It takes no changes and knows of none: a failover is under way.
      if (standing.isReplica) return away();
      isAway = false;
      seenAt = at;
      database = standing.database;
      positions.add(standing, at);
      onSeen(at);
    },
    onFailed: away,
  });
  return {
    begun: probing.begun,
    get isAway() {
      return isAway;
    },
    get present() {
      return isAway ? seenAt : performance.now();
    },
    get database() {
      return database;
    },
    momentOf: (replica) => positions.momentOf(replica),
    [Symbol.asyncDispose]: () => probing[Symbol.asyncDispose](),
  };
}
