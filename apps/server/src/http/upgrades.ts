import { ServerResponse, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Socket } from 'node:net';

/** A connection whose client asks for another protocol. */
export interface Upgrade {
  readonly socket: Duplex;
  /** What came after the headers. */
  readonly head: Buffer;
}

/** Gives the connection to another protocol: the framework does not answer any more. */
export type TakeUpgrade = (request: IncomingMessage) => Upgrade | undefined;

/** Whether a request asks for a WebSocket. Others that name a protocol, as HTTP/2 clients do, are answered as if they did not. */
export function asksForWebSocket({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket';
}

/**
 * Routes requests for another protocol like all others, so that a refusal has its status, headers and problem document. A route
 * that speaks the protocol takes the connection; after any other answer it ends.
 */
export function routeUpgrades(server: Server, answer: RequestListener): TakeUpgrade {
  const open = new WeakMap<IncomingMessage, () => Upgrade>();
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    const response = new ServerResponse(request);
    const end = (): void => socket.destroySoon();
    // Node has taken its own listener away.
    socket.on('error', () => socket.destroy());
    response.shouldKeepAlive = false;
    if (!isAssigned(response, socket)) {
      socket.destroy();
      return;
    }
    response.once('finish', end);
    open.set(request, () => {
      response.off('finish', end);
      response.detachSocket(socket);
      return { socket, head };
    });
    answer(request, response);
  });
  return (request) => {
    const take = open.get(request);
    open.delete(request);
    return take?.();
  };
}

/** Not while an answer to an earlier request is under way: who asks for another protocol before that has come is not waited for. */
function isAssigned(response: ServerResponse, socket: Socket): boolean {
  try {
    response.assignSocket(socket);
    return true;
  } catch {
    return false;
  }
}
