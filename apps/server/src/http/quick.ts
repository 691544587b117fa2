// Answers from memory, before the framework: what is asked for most costs least.
// (1) Of a quick answer as much is told as of any other, and it has the same headers: both begin and end in `app.ts`.
// (2) Whoever cannot answer from memory says nothing, and the framework answers: to all that is wrong, missing or refused too.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressOf } from './client-address.ts';

/** An answer that waits for nothing. */
export interface ReadyAnswer {
  readonly status: 200 | 304;
  /** The pattern of the route that would answer: `/things/:id`. */
  readonly route: string;
  /** Names and values by turns; with the length of the body, if there is one. */
  readonly headers: readonly string[];
  /** A text is bytes, one for each character: Node sends it in one piece with the headers. */
  readonly body: string | Buffer;
  /** Called once it is certain that it is sent. */
  readonly sending?: () => void;
}

/** Answers what it has in memory, and nothing else. */
export type QuickResponder = (request: IncomingMessage, addressOf: AddressOf) => ReadyAnswer | undefined;

/** The first answer that there is. */
export function readyAnswer(
  responders: readonly QuickResponder[],
  request: IncomingMessage,
  addressOf: AddressOf,
): ReadyAnswer | undefined {
  // What has a body is read by the framework, or refused by it.
  if (request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined)
    return undefined;
  for (const respond of responders) {
    const ready = respond(request, addressOf);
    if (ready !== undefined) return ready;
  }
  return undefined;
}

export function sendReady(
  response: ServerResponse,
  { status, headers, body }: ReadyAnswer,
  more: readonly string[],
): void {
  response.writeHead(status, [...headers, ...more]);
  if (status === 304) response.end();
  else response.end(body, 'latin1');
}
