// What other instances have changed, as PostgreSQL tells it (NOTIFY): triggers announce a change in its own transaction.
// (1) What was announced while nobody listened is lost. So whoever remembers something forgets all of it when listening ends,
//     and again when it begins; in between, `isHeard` is false and nothing is remembered.
// (2) A connection that hangs is found by a question every `heartbeatMs`, which has as long for its answer.
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import { connectionOf } from './postgres-pool.ts';

/** Something that other instances can change, with what is remembered of it. */
export type NoticeTopic = 'package' | 'token' | 'account' | 'flags' | 'report';

export interface NoticeListener {
  changed(topic: NoticeTopic, subject: string): void;
  /** Any number of changes may have been missed. */
  missed(): void;
}

export interface Notices {
  /** Whether what others change is heard now. */
  readonly isHeard: boolean;
  subscribe(listener: NoticeListener): Disposable;
}

/** For a database that nobody else writes to. */
export const nobodyElse: Notices = { isHeard: true, subscribe: () => ({ [Symbol.dispose]: () => undefined }) };

export interface ListenOptions {
  readonly url: string;
  /** The schema whose changes are told. */
  readonly schema: string;
  /** @default 3000 */
  readonly heartbeatMs?: number;
  /** The longest wait before connecting again, in milliseconds; it begins at a tenth of a second and doubles. @default 3000 */
  readonly maxBackoffMs?: number;
}

export interface ListeningNotices extends Notices, AsyncDisposable {
  /** Resolves when it listens for the first time, or has failed to. */
  readonly begun: Promise<void>;
}

/** Listens until it is disposed of, whatever happens to the connection. */
export function listenForNotices(options: ListenOptions): ListeningNotices {
  const { maxBackoffMs = 3_000 } = options;
  const listeners = new Set<NoticeListener>();
  const stopping = new AbortController();
  let isHeard = false;
  let begin = (): void => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const forgetAll = (): void => listeners.forEach((each) => each.missed());
  const hear = (payload: string): void => {
    const [topic = '', ...subject] = payload.split(' ');
    for (const each of listeners) each.changed(topic as NoticeTopic, subject.join(' '));
  };
  const run = async (): Promise<void> => {
    for (let failures = 0; !stopping.signal.aborted; failures += 1) {
      await listenOnce(options, stopping.signal, hear, () => {
        isHeard = true;
        failures = 0;
        forgetAll();
        begin();
      }).catch(() => undefined);
      isHeard = false;
      forgetAll();
      begin();
      const waitMs = Math.min(maxBackoffMs, 100 * 2 ** Math.min(failures, 10));
      await delay(waitMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const running = run();
  return {
    begun,
    get isHeard() {
      return isHeard;
    },
    subscribe(listener) {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await running;
    },
  };
}

/** Resolves or rejects when the connection is over. */
async function listenOnce(
  { url, schema, heartbeatMs = 3_000 }: ListenOptions,
  stop: AbortSignal,
  hear: (payload: string) => void,
  isListening: () => void,
): Promise<void> {
  const { default: pg } = await import('pg');
  const client: Client = new pg.Client(connectionOf({ url, statementMs: heartbeatMs, connectMs: heartbeatMs }));
  const over = new AbortController();
  const end = (): void => over.abort();
  client.on('error', end).on('end', end);
  client.on('notification', ({ payload = '' }) => hear(payload));
  try {
    await client.connect();
    await client.query(`LISTEN ${client.escapeIdentifier(channelOf(schema))}`);
    stop.throwIfAborted();
    isListening();
    const signal = AbortSignal.any([stop, over.signal]);
    for (;;) {
      await delay(heartbeatMs, undefined, { signal });
      await client.query('SELECT 1');
    }
  } finally {
    await ended(client, heartbeatMs);
  }
}

/** One that hangs does not even say goodbye; the process does not wait for it. */
export async function ended(client: Client, waitMs: number): Promise<void> {
  const patience = new AbortController();
  await Promise.race([
    client.end().catch(() => undefined),
    delay(waitMs, undefined, { signal: patience.signal, ref: false }).catch(() => undefined),
  ]);
  patience.abort();
}

/** The name of a channel has at most 63 bytes. */
export function channelOf(schema: string): string {
  return `seaworthy ${schema}`.slice(0, 63);
}
