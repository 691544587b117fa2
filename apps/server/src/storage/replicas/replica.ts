import { Kysely, PostgresDialect } from 'kysely';
import { ServerErrors } from '../../errors.ts';
import { sameColumns } from '../postgres-columns.ts';
import { isConnectionOver, isPostgresAway } from '../postgres-errors.ts';
import { openPool } from '../postgres-pool.ts';
import type { Tables } from '../schema.ts';
import type { ReplicaAddress } from './addresses.ts';
import type { Standing } from './positions.ts';
import type { Primary } from './primary.ts';
import { probe } from './probe.ts';

export interface Replica extends AsyncDisposable {
  readonly address: string;
  /** Everything that was committed before this moment is there; `-Infinity` when nothing can be said. */
  readonly asOf: number;
  /** Why it is not to be asked, however far it is. */
  readonly problem: string | undefined;
  /** Resolves when it has answered for the first time, or has failed to. */
  readonly begun: Promise<void>;
  ask<Result>(question: (db: Kysely<Tables>) => Promise<Result>): Promise<Result>;
}

export interface ReplicaOptions {
  readonly maxConnections: number;
  readonly probe: { readonly intervalMs: number; readonly timeoutMs: number };
  readonly primary: Pick<Primary, 'database' | 'momentOf'>;
  readonly onProbed: () => void;
}

/** How long one statement, and a connection, may take here before the primary is asked, in milliseconds. */
const [statementMs, connectMs] = [1_500, 1_000];
/** How long nobody asks one that was too slow, in milliseconds. */
const restMs = 5_000;

/** Asks it from now on how far it is; connections for questions are opened when there are some. */
export async function openReplica({ url, ip, shown }: ReplicaAddress, options: ReplicaOptions): Promise<Replica> {
  const pool = await openPool({ url, ip, statementMs, connectMs, maxConnections: options.maxConnections });
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }), plugins: [sameColumns] });
  let asOf = -Infinity;
  let problem: string | undefined = 'it has not answered yet';
  let restUntil = -Infinity;
  const failed = (error: unknown): void => {
    problem = `it does not answer: ${error instanceof Error ? error.message || error.name : String(error)}`;
  };
  const probing = probe({
    url,
    ip,
    ...options.probe,
    onAnswer(standing) {
      problem = problemOf(standing, options.primary.database);
      asOf = problem === undefined ? options.primary.momentOf(standing) : -Infinity;
      options.onProbed();
    },
    onFailed(error) {
      failed(error);
      options.onProbed();
    },
  });
  return {
    address: shown,
    begun: probing.begun,
    get asOf() {
      return asOf;
    },
    get problem() {
      return problem ?? (performance.now() < restUntil ? 'it was too slow' : undefined);
    },
    async ask(question) {
      try {
        return await question(db);
      } catch (error) {
        const cause = ServerErrors.STORE_UNAVAILABLE.is(error) ? error.cause : error;
        if (isSlow(cause)) restUntil = performance.now() + restMs;
        else if (isPostgresAway(cause) && isConnectionOver(cause)) failed(cause);
        throw error;
      }
    },
    async [Symbol.asyncDispose]() {
      await probing[Symbol.asyncDispose]();
      await db.destroy();
    },
  };
}

function problemOf({ isReplica, database, position }: Standing, wanted: string | undefined): string | undefined {
  if (wanted === undefined) return 'the primary has not said yet which database it is';
  if (!isReplica) return 'it is no replica: it takes changes of its own';
  if (database !== wanted) return 'it is a replica of another database, or has another schema';
  return position < 0 ? 'it has not begun to follow the primary' : undefined;
}

/** Waiting in front of a pool that is full is as good as a slow answer. */
function isSlow(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const isCancelled = 'code' in error && error.code === '57014';
  return isCancelled || /^(Query read timeout|timeout exceeded when trying to connect)/.test(error.message);
}
