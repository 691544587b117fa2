// Reads what may be a little old from replicas of the primary.
// (1) A replica is asked only if it has everything that was committed `maxLagMs` ago. While the primary is away that counts from
//     when it was last there, since nobody can tell what happens now.
// (2) Whoever has changed something reads it: a replica is asked for them when it has everything from before their last change.
// (3) What was announced is read as it is since: what is remembered would be wrong for ever, as it is announced once.
// (4) Only requests that look, and say so, are answered by a replica; all else is read from the primary.
// (5) An error of a replica is nobody's answer: the primary is asked.
import type { Kysely } from 'kysely';
import { ServerErrors } from '../../errors.ts';
import type { Asker, Askers } from '../askers.ts';
import type { NoticeTopic, Notices } from '../notices.ts';
import type { Tables } from '../schema.ts';
import { systemLookup, type Lookup, type ReplicaAddress } from './addresses.ts';
import { createNeeds, type Needs } from './needs.ts';
import { watchPrimary, type Primary } from './primary.ts';
import { openReplica, type Replica } from './replica.ts';
import { watchAddresses, type WatchedAddresses } from './watch-addresses.ts';

/** What notices tell of. */
export type Subject = NoticeTopic | `${NoticeTopic} ${string}`;

/** What is asked of a replica. */
export interface StaleQuestion<Result> {
  readonly ask: (db: Kysely<Tables>) => Promise<Result>;
  /** What notices would say of it. @default they say nothing of it */
  readonly about?: Subject;
  /** Whether what a replica says will do; else the primary has the last word. @default it does */
  readonly isEnough?: (result: Result) => boolean;
}

export interface Replicas {
  /** Answers from a replica, else from the primary. */
  read<Result>(question: StaleQuestion<Result>, fromPrimary: () => Promise<Result>): Promise<Result>;
  /** To be called when the request that is being answered has changed something. */
  wrote(): void;
  /** To be called when this server has changed what others are told of: it hears of that later than whoever has changed it. */
  changed(about: Subject): void;
  /** Who asks is this account. */
  isAccount(id: number): void;
  status(): ReplicasStatus;
  /** Whether a replica would be asked now. */
  readonly canAnswer: boolean;
}

export interface ReplicasStatus {
  /** For how long the primary has not answered, in milliseconds; undefined while it does. */
  readonly primaryAwayMs: number | undefined;
  readonly replicas: readonly ReplicaStatus[];
  /** Hosts without an address. */
  readonly unknown: readonly string[];
}

export interface ReplicaStatus {
  readonly address: string;
  /** How old its answers are at most, in milliseconds; undefined when nobody can tell. */
  readonly lagMs: number | undefined;
  /** Why it is not asked; undefined when it is. */
  readonly problem: string | undefined;
}

export interface ReplicasOptions {
  readonly primaryUrl: string;
  readonly urls: readonly string[];
  readonly maxLagMs: number;
  /** To each replica. */
  readonly maxConnections: number;
  readonly askers: Askers;
  readonly notices: Notices;
  /** Called when there may be another status. @default nobody asks */
  readonly onStatus?: (status: ReplicasStatus) => void;
  /** Called with who has answered what may be old. @default nobody asks */
  readonly onRead?: (from: 'replica' | 'primary') => void;
  /** How often names are looked up again, in milliseconds. @default 10000 */
  readonly lookupMs?: number;
  readonly lookup?: Lookup;
}

export interface OpenReplicas extends Replicas, AsyncDisposable {}

/** How long the primary, and each replica, may take to say how far it is, in milliseconds. */
const timeoutMs = 1_000;

/** Resolves when the primary and each replica have answered, or have failed to. */
export async function openReplicas(options: ReplicasOptions): Promise<OpenReplicas> {
  const { maxLagMs, askers, notices, maxConnections, lookup = systemLookup, lookupMs = 10_000 } = options;
  const timing = { intervalMs: Math.min(1_000, Math.max(20, maxLagMs / 5)), timeoutMs };
  const needs = createNeeds(askers, notices);
  let fleet: Fleet | undefined;
  const tell = (): void => {
    if (fleet !== undefined) options.onStatus?.(fleet.status());
  };
  const primary = watchPrimary({
    url: options.primaryUrl,
    probe: timing,
    onSeen: (at) => needs.forgetBefore(at - maxLagMs),
    onAway: tell,
  });
  await primary.begun;
  const settings = { maxConnections, probe: timing, primary, onProbed: tell };
  const open = (address: ReplicaAddress) => openReplica(address, settings);
  const watched = await watchAddresses(options.urls, { open, lookup, lookupMs, onChanged: tell });
  fleet = createFleet(primary, watched, maxLagMs);
  tell();
  return {
    ...createReading({ primary, fleet, needs, askers, onRead: options.onRead ?? (() => undefined) }),
    wrote: () => needs.wrote(),
    changed: (about) => needs.changed(about),
    isAccount: (id) => void askers.current()?.who.add(`account ${id}`),
    status: fleet.status,
    get canAnswer() {
      return fleet.choose(-Infinity) !== undefined;
    },
    async [Symbol.asyncDispose]() {
      needs[Symbol.dispose]();
      await Promise.all([primary[Symbol.asyncDispose](), watched[Symbol.asyncDispose]()]);
    },
  };
}

interface Fleet {
  readonly status: () => ReplicasStatus;
  /** The next one that has everything from before this moment. */
  readonly choose: (since: number) => Replica | undefined;
}

function createFleet(primary: Primary, watched: WatchedAddresses, maxLagMs: number): Fleet {
  let turn = 0;
  const lagOf = ({ asOf }: Replica): number => primary.present - asOf;
  const problemOf = (replica: Replica): string | undefined =>
    replica.problem ?? (lagOf(replica) <= maxLagMs ? undefined : 'it is too far behind');
  return {
    status: () => ({
      primaryAwayMs: primary.isAway ? Math.round(performance.now() - primary.present) : undefined,
      unknown: watched.unknown,
      replicas: watched.current.map((replica) => ({
        address: replica.address,
        lagMs: Number.isFinite(replica.asOf) ? Math.max(0, Math.round(lagOf(replica))) : undefined,
        problem: problemOf(replica),
      })),
    }),
    choose(since) {
      const fit = watched.current.filter((each) => each.asOf >= since && problemOf(each) === undefined);
      return fit[(turn += 1) % fit.length];
    },
  };
}

interface ReadingParts {
  readonly primary: Primary;
  readonly fleet: Fleet;
  readonly needs: Needs;
  readonly askers: Askers;
  readonly onRead: (from: 'replica' | 'primary') => void;
}

function createReading({ primary, fleet, needs, askers, onRead }: ReadingParts): Pick<Replicas, 'read'> {
  /** Undefined when no replica has an answer that will do. */
  const askReplica = async <Result>(
    { ask, about, isEnough = () => true }: StaleQuestion<Result>,
    asker: Asker,
  ): Promise<{ readonly result: Result } | undefined> => {
    const replica = fleet.choose(needs.since(asker, about, primary.isAway));
    if (replica === undefined) return undefined;
    try {
      const result = await replica.ask(ask);
      return isEnough(result) ? { result } : undefined;
    } catch {
      return undefined;
    }
  };
  const askPrimary = async <Result>(
    question: StaleQuestion<Result>,
    asker: Asker,
    fromPrimary: () => Promise<Result>,
  ): Promise<Result> => {
    try {
      const result = await fromPrimary();
      onRead('primary');
      return result;
    } catch (error) {
      // It may have gone away between two probes, and now that is known.
      const found =
        primary.isAway && ServerErrors.STORE_UNAVAILABLE.is(error) ? await askReplica(question, asker) : undefined;
      if (found === undefined) throw error;
      onRead('replica');
      return found.result;
    }
  };
  return {
    async read(question, fromPrimary) {
      const asker = askers.current();
      if (asker?.isLooking !== true) return fromPrimary();
      const found = await askReplica(question, asker);
      if (found === undefined) return askPrimary(question, asker, fromPrimary);
      onRead('replica');
      return found.result;
    },
  };
}
