// Replicas of the database, as the settings have them: who asks, and what is told of them.
import { hash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { degraded, type Lifecycle } from '@seaworthy/lifecycle';
import type { FastifyRequest } from 'fastify';
import { ServerErrors } from './errors.ts';
import { metrics } from './metrics.ts';
import type { Accounts } from './modules/accounts/service.ts';
import type { Visitors } from './modules/identity/visitors.ts';
import type { Settings } from './settings.ts';
import type { Slot } from './slot.ts';
import type { Asker, Askers } from './storage/askers.ts';
import type { Database } from './storage/database.ts';
import { splitUrls } from './storage/replicas/addresses.ts';
import type { ReplicasOptions, ReplicasStatus } from './storage/replicas/replicas.ts';

/** What hears of a replica. */
export interface ReplicasLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

type Options = Omit<ReplicasOptions, 'primaryUrl' | 'maxConnections' | 'notices'>;

/** Undefined where there are none. */
export function replicasOf(
  { database: { readUrl, readMaxLagMs } }: Settings,
  parts: { readonly askers: Askers; readonly logger: ReplicasLogger },
): Options | undefined {
  if (readUrl === undefined) return undefined;
  const log = logReplicas(parts.logger);
  return {
    urls: splitUrls(readUrl.reveal()),
    maxLagMs: readMaxLagMs,
    askers: parts.askers,
    onRead: (from) => metrics['seaworthy.server.stale_reads'].add(1, { from }),
    onStatus(status) {
      measure(status);
      log(status);
    },
  };
}

function measure({ replicas }: ReplicasStatus): void {
  const used = replicas.filter(({ problem }) => problem === undefined);
  metrics['seaworthy.server.replicas'].set(used.length, { state: 'used' });
  metrics['seaworthy.server.replicas'].set(replicas.length - used.length, { state: 'unused' });
  metrics['seaworthy.server.replica.lag'].set(Math.max(0, ...used.map(({ lagMs = 0 }) => lagMs)) / 1_000);
}

/** How long something has to be so before it is told, in milliseconds: one slow answer is no news. */
const settledMs = 500;

/** Tells once of a replica that is not asked from now on, and once when it is asked again. */
function logReplicas(logger: ReplicasLogger): (status: ReplicasStatus) => void {
  const told = new Map<string, boolean>();
  const changing = new Map<string, number>();
  return ({ replicas }) => {
    for (const { address, lagMs, problem } of replicas) {
      const isUsed = problem === undefined;
      if (told.get(address) === isUsed) {
        changing.delete(address);
        continue;
      }
      const since = changing.get(address) ?? performance.now();
      changing.set(address, since);
      const isFirst = isUsed && !told.has(address);
      if (!isFirst && performance.now() - since < settledMs) continue;
      told.set(address, isUsed);
      changing.delete(address);
      if (isUsed) logger.info({ replica: address, lagMs }, 'a replica is read from');
      else logger.warn({ replica: address, lagMs, reason: problem }, 'a replica is not read from');
    }
  };
}

/** With the primary away what may be old is still answered: other servers have the same database, so nobody is sent elsewhere. */
export function addDatabaseChecks(life: Lifecycle, database: Slot<Database>, { readUrl }: Settings['database']): void {
  const check = async (): Promise<unknown> => {
    const { replicas } = database.value;
    if (replicas === undefined) return database.value.ping();
    try {
      return await answered(database.value.ping());
    } catch (error) {
      if (!replicas.canAnswer) throw error;
      const { primaryAwayMs } = replicas.status();
      return degraded('the database is away: replicas answer what may be old', { primaryAwayMs });
    }
  };
  life.health.add('database', check, { groups: ['ready', 'startup'], timeoutMs: 1_000 });
  if (readUrl === undefined) return;
  life.health.add('replicas', () => replicasCheck(database.value.replicas?.status()), { groups: ['ready'], ttlMs: 0 });
}

function replicasCheck(status: ReplicasStatus | undefined): unknown {
  if (status === undefined) return {};
  const { replicas, unknown } = status;
  const problems = [
    ...replicas.flatMap(({ address, problem }) => (problem === undefined ? [] : [`${address}: ${problem}`])),
    ...unknown.map((host) => `${host}: it has no address`),
  ];
  const details = { replicas: replicas.map(({ address, lagMs, problem }) => ({ address, lagMs, used: !problem })) };
  return problems.length === 0 ? { details } : degraded(`replicas are not read from: ${problems.join('; ')}`, details);
}

/** Shorter than the time of the check, which would say no more than that it is over. */
const pingMs = 800;

async function answered(ping: Promise<void>): Promise<void> {
  const patience = new AbortController();
  const late = async (): Promise<void> => {
    await delay(pingMs, undefined, { signal: patience.signal });
    throw new ServerErrors.STORE_UNAVAILABLE({ reason: `no answer within ${pingMs} ms` });
  };
  try {
    await Promise.race([ping, late()]);
  } finally {
    patience.abort();
  }
}

/** A request as somebody who asks; npm wants to change the document that it asks for with `write=true`. */
export function askerOf({ method, url, ip, headers }: FastifyRequest): Asker {
  const isLooking = (method === 'GET' || method === 'HEAD') && !url.includes('write=true');
  const { authorization } = headers;
  const who = authorization === undefined ? `address ${ip}` : `token ${hash('sha256', authorization, 'base64')}`;
  return { isLooking, who: new Set([who]) };
}

/** The same accounts; whoever has sent a token is an account from then on, by whatever else it is known. */
export function tellingWho(accounts: Accounts, isKnown: (id: number) => void): Accounts {
  return {
    ...accounts,
    async authenticate(...asked) {
      const account = await accounts.authenticate(...asked);
      isKnown(account.id);
      return account;
    },
  };
}

/** The same of those who are signed in. */
export function tellingVisitors(visitors: Visitors, isKnown: (id: number) => void): Visitors {
  const telling = <Found extends { readonly id: number } | undefined>(visitor: Found): Found => {
    if (visitor !== undefined) isKnown(visitor.id);
    return visitor;
  };
  return {
    ...visitors,
    of: async (request) => telling(await visitors.of(request)),
    orSignIn: async (request, reply) => telling(await visitors.orSignIn(request, reply)),
  };
}
