import { connect, type Socket } from 'node:net';

/** What one connection saw until it was told to go or could not connect any more. */
export interface Seen {
  answers: number;
  serverErrors: number;
  /** A reset, or an end inside an answer, or an end with a request sent and no close announced. */
  readonly lost: string[];
  refused: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: string;
  readonly body: string;
  readonly closes: boolean;
}

/** Reads one HTTP/1.1 answer after another from a socket. */
export function createReader(socket: Socket): { next(): Promise<Answer | 'end'> } {
  let bytes = '';
  let ended: Error | 'end' | undefined;
  let wake: (() => void) | undefined;
  socket.setEncoding('latin1');
  const notice = (): void => wake?.();
  socket.on('data', (text: string) => {
    bytes += text;
    notice();
  });
  socket.on('end', () => {
    ended ??= 'end';
    notice();
  });
  socket.on('error', (error) => {
    ended ??= error;
    notice();
  });
  return {
    async next() {
      for (;;) {
        const parsed = parseAnswer(bytes);
        if (parsed) {
          bytes = bytes.slice(parsed.length);
          return parsed.answer;
        }
        if (ended) {
          if (ended === 'end' && bytes === '') return 'end';
          throw ended === 'end' ? new Error(`truncated: ${bytes}`) : ended;
        }
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}

function parseAnswer(bytes: string): { answer: Answer; length: number } | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const headers = bytes.slice(0, headEnd);
  const bodyStart = headEnd + 4;
  const body = /transfer-encoding: chunked/i.test(headers)
    ? readChunks(bytes, bodyStart)
    : readLength(bytes, bodyStart, Number(/content-length: (\d+)/i.exec(headers)?.[1] ?? 0));
  if (!body) return undefined;
  const status = Number(headers.slice(9, 12));
  return {
    answer: { status, headers, body: body.text, closes: /connection: close/i.test(headers) },
    length: body.end,
  };
}

function readLength(bytes: string, start: number, length: number): { text: string; end: number } | undefined {
  const end = start + length;
  return bytes.length >= end ? { text: bytes.slice(start, end), end } : undefined;
}

function readChunks(bytes: string, start: number): { text: string; end: number } | undefined {
  let text = '';
  for (let at = start; ;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(bytes.slice(at, lineEnd), 16);
    const end = lineEnd + 2 + size + 2;
    if (bytes.length < end) return undefined;
    if (size === 0) return { text, end };
    text += bytes.slice(lineEnd + 2, lineEnd + 2 + size);
    at = end;
  }
}

export interface LoadOptions {
  readonly port: number;
  readonly request: (n: number) => string;
  /** Requests sent at once on one connection. @default 1 */
  readonly pipelining?: number;
  readonly signal: AbortSignal;
  /** Where to count; a caller may look at it while the load runs. */
  readonly seen: Seen;
}

/** A count of nothing. */
export function nothingSeen(): Seen {
  return { answers: 0, serverErrors: 0, lost: [], refused: 0 };
}

/** Sends requests in a loop on keep-alive connections, reconnecting when told to, until the server refuses. */
export async function loadConnection(options: LoadOptions): Promise<void> {
  const { seen } = options;
  while (!options.signal.aborted) {
    const socket = await dial(options.port);
    if (!socket) {
      seen.refused += 1;
      break;
    }
    await useConnection(socket, options, seen);
    socket.destroy();
  }
}

function dial(port: number): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => resolve(undefined));
  });
}

async function useConnection(socket: Socket, options: LoadOptions, seen: Seen): Promise<void> {
  const { request, pipelining = 1, signal } = options;
  const reader = createReader(socket);
  const before = seen.answers;
  try {
    while (!signal.aborted) {
      const batch = Array.from({ length: pipelining }, (_, index) => request(seen.answers + index));
      socket.write(batch.join(''));
      for (let missing = pipelining; missing > 0; missing -= 1) {
        const answer = await reader.next();
        if (answer === 'end') return void seen.lost.push('ended without announcing it');
        seen.answers += 1;
        if (answer.status >= 500) seen.serverErrors += 1;
        // What was sent after the announcement never reached the application: it is safe to send again.
        if (answer.closes) return;
      }
    }
  } catch (error) {
    seen.lost.push(`${String(error)} after ${seen.answers - before} answers on this connection`);
  }
}
