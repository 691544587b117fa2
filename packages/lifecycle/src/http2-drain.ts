// (1) Nothing is accepted any more when clients are told: they come back at once. Then they are told, and their sessions close when no stream can be on its way any more.
// (2) A session that opens while draining is told as well, when what it was opened for has arrived.
// (3) The drain ends: a session that is left when the signal aborts is cut and counted.
import type { Server } from 'node:http';
import type { Http2SecureServer, Http2Server, ServerHttp2Session } from 'node:http2';
import { Server as NetServer } from 'node:net';
import { closeWhenAllAccepted } from './accepting.ts';
import { createHttpDrain, type HttpDrain } from './http-drain.ts';
import { isTlsServer } from './tls.ts';

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
 * second later, or at once with `prompt`, so that streams on their way are still answered. Clients that fell back to
 * HTTP/1 on a TLS server are drained as those of an HTTP/1 server.
 */
export function createHttp2Drain(server: AnyHttp2Server, idle: 'patient' | 'prompt'): HttpDrain {
  const sessions = new Set<ServerHttp2Session>();
  const older = isTlsServer(server) ? createHttpDrain(server as unknown as Server, idle) : undefined;
  let cut = 0;
  let accepted = 0;
  server.on('connection', () => (accepted += 1));
  let onSession: ((session: ServerHttp2Session) => void) | undefined;
  let onGone: (() => void) | undefined;
  server.on('session', (session: ServerHttp2Session) => {
    sessions.add(session);
    session.once('close', () => {
      sessions.delete(session);
      onGone?.();
    });
    onSession?.(session);
  });
  return {
    cut: () => cut + (older?.cut() ?? 0),
    async drain(signal, onUnbound) {
      const timers = new Set<NodeJS.Timeout>();
      const later = (run: () => void, ms: number): void => void timers.add(setTimeout(run, ms));
      const letGo = (session: ServerHttp2Session): void => {
        if (session.destroyed) return;
        if (!session.closed) session.goaway(noError, highestStream);
        later(() => session.destroyed || session.close(), idle === 'prompt' ? 0 : noticeMs);
      };
      // A client that is told before it has sent anything would refuse its own requests.
      onSession = (session) => later(() => letGo(session), noticeMs);
      const unbinding = Promise.withResolvers<void>();
      const unbound = older ? older.drain(signal, unbinding.resolve) : unbind(unbinding.resolve);
      await unbinding.promise;
      onUnbound?.();
      for (const session of sessions) letGo(session);
      await Promise.all([goneOrAborted(), older && unbound]);
      for (const timer of timers) clearTimeout(timer);
      for (const session of sessions) {
        cut += 1;
        session.destroy();
      }
      // Destroyed sessions let go of the port; until then the server would be reported as closed while it is open.
      await unbound;

      /** Stops listening; http2's own `close()` would say the same to every session, but at once. */
      async function unbind(then: () => void): Promise<void> {
        const closed = new Promise<void>((resolve) => void server.once('close', resolve));
        const close = (): void => void NetServer.prototype.close.call(server);
        if (server.listening) {
          await closeWhenAllAccepted({ accepted: () => accepted, close }, signal);
          then();
          await closed;
        } else then();
      }

      function goneOrAborted(): Promise<void> {
        return new Promise((resolve) => {
          onGone = () => {
            if (sessions.size > 0 && !signal.aborted) return;
            signal.removeEventListener('abort', look);
            resolve();
          };
          const look = onGone;
          signal.addEventListener('abort', look);
          look();
        });
      }
    },
  };
}
