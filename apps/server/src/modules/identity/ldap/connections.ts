// Connections to the directory, kept for the next question.
// (1) One that was begun is used by one question at a time, and begins as the account that searches.
// (2) One that broke is never opened again by itself: that would be without the encryption that it was begun with.
import { readFileSync } from 'node:fs';
import { connect, isIP, type Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import type { Client } from 'ldapts';
import { ServerErrors } from '../../../errors.ts';

export interface ConnectionSettings {
  /** `ldap://…` or `ldaps://…`. */
  readonly url: string;
  /** Encrypts a connection of `ldap://` before anything else is said. */
  readonly startTls: boolean;
  /** A file with the certificates that are believed, instead of those of the system. */
  readonly caFile: string | undefined;
  /** The account that searches; anonymous without one. */
  readonly bindDn: string | undefined;
  readonly bindPassword: string | undefined;
  readonly timeoutMs: number;
}

export interface Connections {
  use<Result>(task: (client: Client) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

const [keptConnections, keptMs] = [4, 60_000];

interface Connection {
  readonly client: Client;
  readonly isOpen: () => boolean;
}

interface Kept extends Connection {
  readonly until: number;
}

export function createConnections(settings: ConnectionSettings): Connections {
  let kept: readonly Kept[] = [];
  let isClosed = false;
  const take = (): Connection | undefined => {
    const now = performance.now();
    const over = kept.filter(({ until, isOpen }) => until <= now || !isOpen());
    kept = kept.filter((each) => !over.includes(each));
    for (const { client } of over) void end(client);
    const [newest, ...others] = kept;
    kept = others;
    return newest;
  };
  const giveBack = (connection: Connection): void => {
    if (isClosed || kept.length >= keptConnections || !connection.isOpen()) void end(connection.client);
    else kept = [{ ...connection, until: performance.now() + keptMs }, ...kept];
  };
  /** One that begins as the account that searches; the directory may have closed one that was kept. */
  const begin = async (): Promise<Connection> => {
    const known = take();
    if (known !== undefined && (await isBegun(known, settings))) return known;
    const connection = await open(settings);
    try {
      await beginAs(connection, settings);
      return connection;
    } catch (error) {
      void end(connection.client);
      throw error;
    }
  };
  return {
    async use(task) {
      const connection = await begin();
      try {
        const result = await within(settings.timeoutMs, () => task(connection.client));
        giveBack(connection);
        return result;
      } catch (error) {
        void end(connection.client);
        throw error;
      }
    },
    async close() {
      isClosed = true;
      const all = kept;
      kept = [];
      await Promise.all(all.map(({ client }) => end(client)));
    },
  };
}

async function open({ url, startTls, caFile, timeoutMs }: ConnectionSettings): Promise<Connection> {
  const { protocol, hostname } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const encryption: ConnectionOptions = {
    minVersion: 'TLSv1.2',
    host,
    ...(isIP(host) === 0 && { servername: host }),
    ...(caFile !== undefined && { ca: readFileSync(caFile) }),
  };
  let socket: Socket | undefined;
  // Loaded for the first question: most servers have no directory.
  const ldap = await import('ldapts');
  const client = new ldap.Client({
    url,
    timeout: timeoutMs,
    connectTimeout: timeoutMs,
    ...(protocol === 'ldaps:' && { tlsOptions: encryption }),
    createConnection: ((port: number, name: string) => {
      if (socket !== undefined) throw away('the connection broke');
      return (socket = connect(port, name));
    }) as typeof connect,
  });
  try {
    if (protocol === 'ldap:' && startTls) await within(timeoutMs, () => client.startTLS(encryption));
    return { client, isOpen: () => (protocol === 'ldap:' ? socket?.destroyed === false : client.isConnected) };
  } catch (error) {
    socket?.destroy();
    throw error;
  }
}

async function isBegun(connection: Connection, settings: ConnectionSettings): Promise<boolean> {
  try {
    await beginAs(connection, settings);
    return true;
  } catch {
    void end(connection.client);
    return false;
  }
}

async function beginAs({ client }: Connection, { bindDn, bindPassword, timeoutMs }: ConnectionSettings): Promise<void> {
  await within(timeoutMs, () => client.bind(bindDn ?? '', bindPassword ?? ''));
}

async function end(client: Client): Promise<void> {
  try {
    await within(1_000, () => client.unbind());
  } catch {
    // It is gone in any case.
  }
}

function away(reason: string): Error {
  return new ServerErrors.IDENTITY_UNAVAILABLE({ provider: 'The directory', reason });
}

async function within<Result>(ms: number, work: () => Promise<Result>): Promise<Result> {
  const over = Promise.withResolvers<never>();
  const timer = setTimeout(() => over.reject(away(`no answer within ${ms} ms`)), ms);
  try {
    return await Promise.race([work(), over.promise]);
  } finally {
    clearTimeout(timer);
  }
}
