import type { IncomingMessage } from 'node:http';
import { WebSocket, type ClientOptions } from 'ws';
import type { LiveMessage } from '../../src/modules/live/message.ts';

/** A listener, with what it has heard. */
export interface LiveClient {
  readonly socket: WebSocket;
  readonly heard: readonly LiveMessage[];
  /** Resolves with the code of the close. */
  readonly closed: Promise<number>;
}

/** Resolves when it listens. @throws Refusal with the answer */
export async function listenLive(url: string, query = '', options: ClientOptions = {}): Promise<LiveClient> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/live${query}`, options);
  const heard: LiveMessage[] = [];
  socket.on('message', (data) => heard.push(JSON.parse((data as Buffer).toString('utf8')) as LiveMessage));
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve).once('error', reject);
    socket.once('unexpected-response', (_request, response) => void refusalOf(response).then(reject, reject));
  });
  return { socket, heard, closed };
}

/** What a server answers that takes no listener. */
class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string) {
    super(`${status} ${code}`);
    this.status = status;
    this.code = code;
  }
}

async function refusalOf(response: IncomingMessage): Promise<Refusal> {
  let body = '';
  for await (const part of response.setEncoding('utf8')) body += part;
  const { code = '' } = (body === '' ? {} : JSON.parse(body)) as { readonly code?: string };
  return new Refusal(response.statusCode ?? 0, code);
}
