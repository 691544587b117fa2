import { maxHeaderSize } from 'node:http';
import { toProblemDetails, type SeaworthyError } from '@seaworthy/errors';
import { ServerErrors } from '../errors.ts';

/** The part of a socket that an answer without a request needs. */
export interface RawSocket {
  readonly writable: boolean;
  write(text: string): unknown;
  destroy(error?: Error): unknown;
}

/** Answers what Node could not read as a request with a problem document, ends the connection and gives the problem. */
export function answerMalformed(
  error: Error & { readonly code?: string },
  socket: RawSocket,
  timeoutMs: number,
): SeaworthyError {
  const problem = problemOf(error, timeoutMs);
  const { status, title, ...others } = toProblemDetails(problem);
  const body = JSON.stringify({ title, status, ...others });
  // After a reset there is nobody to tell.
  if (socket.writable && error.code !== 'ECONNRESET') {
    const length = Buffer.byteLength(body);
    const head = [`HTTP/1.1 ${status} ${title}`, 'connection: close', 'content-type: application/problem+json'];
    socket.write([...head, `content-length: ${length}`, '', body].join('\r\n'));
  }
  socket.destroy(error);
  return problem;
}

function problemOf(error: Error & { readonly code?: string }, timeoutMs: number): SeaworthyError {
  const options = { cause: error };
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return new ServerErrors.REQUEST_TOO_SLOW({ timeoutMs }, options);
  if (error.code === 'HPE_HEADER_OVERFLOW') {
    return new ServerErrors.HEADERS_TOO_LARGE({ limitBytes: maxHeaderSize }, options);
  }
  return new ServerErrors.BAD_REQUEST({ reason: `it is not HTTP/1.1 (${error.code ?? error.message})` }, options);
}
