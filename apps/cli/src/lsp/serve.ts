// (1) Standard output carries the protocol and nothing else.
// (2) It ends with `exit`, with the end of its input, with the process that started it, or with a signal; then nothing is left open.
import { Readable, Writable } from 'node:stream';
import { createConnection, type WatchDog } from 'vscode-languageserver';
import { createProtocolConnection } from 'vscode-languageserver/node';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { watchParent } from './parent.ts';
import { createLanguageServer, type ServerOptions } from './server.ts';

export interface ServeOptions extends ServerOptions {
  /** Aborts when the server has to end. */
  readonly signal: AbortSignal;
}

/** The codes of the protocol: 0 after `shutdown`, else 1. */
const codes = { afterShutdown: 0, without: 1 };

/** Serves one editor over standard input and output until it is done; answers the exit code. */
export async function serve({ signal, ...options }: ServeOptions): Promise<number> {
  const ended = Promise.withResolvers<number>();
  const input = Readable.from(options.io.stdin, { objectMode: false });
  const output = writableTo(options.io.stdout);
  let leaveParent = (): void => {};
  const watchDog: WatchDog = {
    shutdownReceived: false,
    initialize({ processId }) {
      leaveParent();
      if (typeof processId === 'number') leaveParent = watchParent(processId, () => ended.resolve(codeNow()));
    },
    exit: (code) => ended.resolve(code),
  };
  const codeNow = (): number => (watchDog.shutdownReceived ? codes.afterShutdown : codes.without);
  const interrupt = (): void => ended.resolve(exitCodes.interrupted);
  input.on('close', () => ended.resolve(codeNow()));
  signal.addEventListener('abort', interrupt);
  const connection = createConnection((logger) => createProtocolConnection(input, output, logger), watchDog);
  const server = createLanguageServer(connection, options);
  connection.listen();
  try {
    return await ended.promise;
  } finally {
    leaveParent();
    signal.removeEventListener('abort', interrupt);
    await server.close();
    connection.dispose();
    input.destroy();
  }
}

function writableTo(sink: Io['stdout']): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      sink.write(chunk.toString());
      done();
    },
  });
}
