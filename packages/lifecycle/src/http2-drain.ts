import type { Server } from 'node:http';
import type { Http2SecureServer, Http2Server, ServerHttp2Session } from 'node:http2';
import { Server as NetServer } from 'node:net';
import { Server as TlsServer } from 'node:tls';
import { createHttpDrain, type HttpDrain } from './http-drain.ts';

const noError = 0;
const highestStream = 2 ** 31 - 1;
const noticeMs = 500;

type AnyHttp2Server = Http2Server | Http2SecureServer;

/** True for servers of node:http2. */
export function isHttp2Server(value: unknown): value is AnyHttp2Server {
  return value instanceof NetServer && 'updateSettings' in value;
}

/**
 * Watches an HTTP/2 server so that it can be drained later.
 *
 * Clients are told first (GOAWAY with the highest stream number, RFC 9113 section 6.8) and their sessions closed half a
 * second later, so that streams on their way are still answered. Clients that fell back to HTTP/1 on a TLS server are
 * drained as those of an HTTP/1 server.
 */
export function createHttp2Drain(server: AnyHttp2Server, idle: 'patient' | 'prompt'): HttpDrain {
  const sessions = new Set<ServerHttp2Session>();
  const older = server instanceof TlsServer ? createHttpDrain(server as unknown as Server, idle) : undefined;
  let cut = 0;
  server.on('session', (session: ServerHttp2Session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });
  return {
    cut: () => cut + (older?.cut() ?? 0),
    async drain(signal) {
      if (!older) NetServer.prototype.close.call(server);
      const olderGone = older?.drain(signal);
      await Promise.all([...sessions].map((session) => closeSession(session, signal)));
      for (const session of sessions) {
        cut += 1;
        session.destroy();
      }
      await olderGone;
    },
  };
}

function closeSession(session: ServerHttp2Session, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => session.close(), noticeMs);
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    signal.addEventListener('abort', done, { once: true });
    session.once('close', done);
    session.goaway(noError, highestStream);
  });
}
