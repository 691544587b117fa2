import type { Server } from 'node:tls';

/** Whether a server speaks TLS. The module is loaded when somebody asks: to load it takes as long as a third of an empty start. */
export function isTlsServer(server: object): server is Server {
  return server instanceof process.getBuiltinModule('node:tls').Server;
}
