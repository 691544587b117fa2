// (1) A connection that has failed is never used again: whoever gives it back closes it.
// (2) Of a change whose answer is lost nobody knows whether it was made; such an error says so, and nothing repeats the change.
import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import type { CustomTypesConfig, Pool, PoolClient, PoolConfig, QueryResult } from 'pg';
import { ServerErrors } from '../errors.ts';
import { isConnectionOver } from './postgres-errors.ts';
import { socketTo } from './replicas/addresses.ts';
import { fromStored, toStored } from './postgres-text.ts';

export interface PoolOptions {
  readonly url: string;
  readonly maxConnections: number;
  /** How long one statement may take, in milliseconds; 0 for no limit. */
  readonly statementMs: number;
  /** How long to wait for a connection, in milliseconds. */
  readonly connectMs: number;
  /**
   * Whether a pooler in between may give each transaction another connection. Then limits of time are part of each transaction,
   * as nothing that is set for a connection stays, and some poolers refuse a connection that begins with settings.
   *
   * @default false
   */
  readonly isPooled?: boolean | undefined;
  /** The address to go to, of several that the host has. @default the first that answers */
  readonly ip?: string | undefined;
  /** Called when something was changed, or may have been. @default nobody asks */
  readonly onChanged?: (() => void) | undefined;
}

/** A pool in the shape that Kysely's own dialect drives. The driver is loaded only where there is a PostgreSQL. */
export async function openPool(options: PoolOptions): Promise<PostgresPool> {
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({ ...connectionOf(options), types: readTypes(pg.types), max: options.maxConnections });
  // A connection that nobody uses just now was closed by the other side; the next question opens another.
  pool.on('error', () => undefined);
  return {
    options: pool.options,
    connect: () => connect(pool, options),
    end: () => pool.end(),
  };
}

/** What a single connection is opened with too. */
export function connectionOf(options: Omit<PoolOptions, 'maxConnections'>): PoolConfig {
  const { url, statementMs, connectMs, isPooled = false, ip } = options;
  return {
    connectionString: url,
    application_name: 'seaworthy-server',
    connectionTimeoutMillis: connectMs,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    ...(ip !== undefined && { stream: () => socketTo(ip) }),
    // Where the server does not even say that it took too long.
    ...(statementMs > 0 && { query_timeout: statementMs + 500 }),
    ...(statementMs > 0 && !isPooled && limitsOf(statementMs)),
  };
}

function limitsOf(statementMs: number) {
  return { statement_timeout: statementMs, idle_in_transaction_session_timeout: statementMs * 2 };
}

/** Begins a transaction that has its limits of time with it, in one message. */
function beginOf({ statementMs, isPooled = false }: PoolOptions): string {
  if (!isPooled || statementMs === 0) return 'begin';
  return ['begin', ...Object.entries(limitsOf(statementMs)).map(([name, ms]) => `SET LOCAL ${name} = ${ms}`)].join(
    '; ',
  );
}

const [bigint, numeric, text] = [20, 1700, 25];

/** Numbers as numbers: none of ours is beyond 2⁵³. */
function readTypes(types: CustomTypesConfig): CustomTypesConfig {
  const getTypeParser = (oid: number, format?: 'text' | 'binary'): unknown => {
    if (oid === bigint || oid === numeric) return Number;
    return oid === text ? fromStored : types.getTypeParser(oid, format);
  };
  return { getTypeParser: getTypeParser as CustomTypesConfig['getTypeParser'] };
}

async function connect(pool: Pool, options: PoolOptions): Promise<PostgresPoolClient> {
  const { onChanged } = options;
  const begin = beginOf(options);
  const client = await pool.connect();
  let isOver = false;
  // Whoever asks next hears of it. The pool does not listen to what it has given away, and nobody listening ends the process.
  const lost = (): void => void (isOver = true);
  client.on('error', lost);
  let isInTransaction = false;
  const query = async (sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<unknown>> => {
    // The other side has forgotten the transaction with the connection.
    if (isOver && sql === 'rollback') return { command: 'ROLLBACK', rowCount: 0, rows: [] };
    const changes = isInTransaction
      ? sql === 'commit'
      : !/^\s*(?:begin|start|select|with|listen|set|show)\b/i.test(sql);
    try {
      const { command, rowCount, rows } = await ask(client, sql === 'begin' ? begin : sql, parameters);
      if (command === 'BEGIN' || command === 'START') isInTransaction = true;
      if (sql === 'commit' || sql === 'rollback') isInTransaction = false;
      return { command: command as 'SELECT', rowCount: rowCount ?? 0, rows };
    } catch (cause) {
      isOver ||= isConnectionOver(cause);
      if (isOver && changes) throw new ServerErrors.STORE_UNCERTAIN({ reason: (cause as Error).message }, { cause });
      throw cause;
    } finally {
      if (changes) onChanged?.();
    }
  };
  return {
    query: query as PostgresPoolClient['query'],
    release(isDiscarded) {
      client.off('error', lost);
      client.release(isDiscarded === true || isOver);
    },
  };
}

async function ask(client: PoolClient, sql: string, parameters: readonly unknown[]): Promise<QueryResult<object>> {
  const answer: QueryResult<object> | QueryResult<object>[] = await client.query<object>(sql, parameters.map(toStored));
  // Of several statements in one message the first is the one that was asked for.
  return Array.isArray(answer) ? (answer[0] as QueryResult<object>) : answer;
}
