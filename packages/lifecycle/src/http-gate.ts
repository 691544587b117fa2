// (1) A request that reached the application is answered; one that did not is safe to send again.
// (2) Only the newest answer of a connection says `Connection: close`; after it went out nothing on that
//     connection reaches the application (RFC 9112, section 9.6).
import type { Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  requestEvents,
  takeOverEvents,
  type Connection,
  type Connections,
  type RequestListener,
  type TakeOverListener,
} from './connections.ts';
import { isLastAnswer, type Closer } from './http-closer.ts';

/** Puts a gate before the application's listeners and returns what takes it away again. */
export function gateRequests(server: Server, connections: Connections, closer: Closer): () => void {
  const passed = new WeakSet<ServerResponse>();
  const gateRequest =
    (dispatch: RequestListener): RequestListener =>
    (request, response) => {
      const connection = connections.open.get(request.socket);
      // The application may hand on what it was given by `checkContinue`.
      if (!connection || passed.has(response)) return dispatch(request, response);
      if (isOver(connection)) return void request.resume();
      if (connection.newest && !connection.newest.headersSent) {
        connection.newest.setHeader('Connection', 'keep-alive');
      }
      passed.add(response);
      connections.onRequest(request, response);
      closer.begin(connection);
      // A turn later, so that a whole pipelined batch is parsed and only its last answer announces the end.
      setImmediate(() => {
        if (!request.socket.destroyed) dispatch(request, response);
      });
    };
  const gateTakeOver =
    (dispatch: TakeOverListener): TakeOverListener =>
    (request, socket, head) => {
      const connection = connections.open.get(socket);
      if (connection && isOver(connection)) return drop(socket);
      connections.onTakeOver(request, socket, head);
      dispatch(request, socket, head);
    };
  const undo = [
    ...requestEvents.map((event) => replaceListeners(server, event, connections.onRequest, gateRequest)),
    ...takeOverEvents.map((event) => replaceListeners(server, event, connections.onTakeOver, gateTakeOver)),
  ];
  return () => undo.forEach((restore) => restore());
}

/** The last answer has been announced or has gone. */
function isOver({ isClosing, newest }: Connection): boolean {
  return isClosing || (newest !== undefined && isLastAnswer(newest));
}

/** node:http has let go of the connection: its data is to be read away and its errors belong to nobody. */
function drop(socket: Duplex): void {
  socket.on('error', () => {});
  socket.resume();
}

type Listener = (...given: unknown[]) => unknown;

/** Takes the application's listeners away, and puts a gate there when there were any. */
function replaceListeners<Given extends unknown[]>(
  server: Server,
  event: string,
  watch: (...given: Given) => void,
  createGate: (dispatch: (...given: Given) => void) => (...given: Given) => void,
): () => void {
  // rawListeners keeps `once` wrappers, so that those still run once.
  const all = server.rawListeners(event).filter((listener): listener is Listener => typeof listener === 'function');
  if (all.length === 0) return () => {};
  const listeners = all.filter((listener) => listener !== watch);
  const gate = createGate((...given) => {
    for (const listener of listeners) Reflect.apply(listener, server, given);
  });
  const onEvent: Listener = (...given) => gate(...(given as Given));
  server.removeAllListeners(event);
  server.on(event, onEvent);
  return () => {
    server.removeListener(event, onEvent);
    for (const listener of all) server.addListener(event, listener);
  };
}
