import { maxHeaderSize } from 'node:http';
import { toProblemDetails, type SeaworthyError } from '@seaworthy/errors';
import { ServerErrors } from '../errors.ts';

/** The part of a socket that an answer without a request needs. */
export interface RawSocket {
  readonly writable: boolean;
  write(text: string): unknown;
  destroy(error?: Error): unknown;
}

export interface MalformedOptions {
  /** How long a request may take to arrive, in milliseconds. */
  readonly timeoutMs: number;
  /** Whether an answer to an earlier request is half written: nothing may be written into it. */
  readonly isAnswering: boolean;
}

/**
 * Answers what Node could not read as a request with a problem document, ends the connection and gives the problem;
 * `undefined` when the connection itself failed, as by a reset: then no request was wrong, and nobody is there to be told.
 */
export function answerMalformed(
  error: Error & { readonly code?: string },
  socket: RawSocket,
  { timeoutMs, isAnswering }: MalformedOptions,
): SeaworthyError | undefined {
  if (isOfTheConnection(error)) {
    socket.destroy(error);
    return undefined;
  }
  const problem = problemOf(error, timeoutMs);
  const { status, title, ...others } = toProblemDetails(problem);
  const body = JSON.stringify({ title, status, ...others });
  if (socket.writable && !isAnswering) {
    const length = Buffer.byteLength(body);
    const head = [`HTTP/1.1 ${status} ${title}`, 'connection: close', 'content-type: application/problem+json'];
    socket.write([...head, `content-length: ${length}`, '', body].join('\r\n'));
  }
  socket.destroy(error);
  return problem;
}

/** The operating system's codes, such as ECONNRESET and EPIPE; those of the parser and of Node's own have an underscore. */
function isOfTheConnection({ code = '' }: { readonly code?: string }): boolean {
  return /^E[A-Z]+$/.test(code);
}

function problemOf(error: Error & { readonly code?: string }, timeoutMs: number): SeaworthyError {
  const options = { cause: error };
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return new ServerErrors.REQUEST_TOO_SLOW({ timeoutMs }, options);
  if (error.code === 'HPE_HEADER_OVERFLOW') {
    return new ServerErrors.HEADERS_TOO_LARGE({ limitBytes: maxHeaderSize }, options);
  }
  return new ServerErrors.BAD_REQUEST({ reason: `it is not HTTP/1.1 (${error.code ?? error.message})` }, options);
}
