// Reads the answers of one raw HTTP/1.1 connection.
import { connect, type Socket } from 'node:net';

/** One answer, or why there is none. */
export type Read =
  | { readonly status: number; readonly closes: boolean; readonly keepAliveMs: number }
  | { readonly end: 'refused' | 'fin' | 'reset' | 'truncated' | 'silent'; readonly why: string };

/** A raw connection. */
export interface Line {
  write(text: string): void;
  /** The next answer; it always comes, at the latest as `silent`. */
  next(): Promise<Read>;
  /** Nothing has ended it yet. */
  isOpen(): boolean;
  close(): void;
}

/** Longer than the longest answer and the drain together. */
const silentMs = 15_000;

/** Connects. A refused connection is answered as a line whose reads say so. */
export function openLine(port: number): Promise<Line> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  return new Promise((resolve) => {
    const line = createLine(socket);
    socket.once('connect', () => resolve(line));
    socket.once('error', () => resolve(line));
  });
}

function createLine(socket: Socket): Line {
  let bytes = '';
  let end: Exclude<Read, { status: number }> | undefined;
  let wake: (() => void) | undefined;
  const finish = (why: typeof end): void => {
    end ??= why;
    wake?.();
  };
  socket.setEncoding('latin1');
  socket.on('data', (text: string) => {
    bytes += text;
    wake?.();
  });
  socket.on('end', () => finish({ end: 'fin', why: 'ended without an answer' }));
  socket.on('error', (error: NodeJS.ErrnoException) =>
    finish({ end: error.code === 'ECONNREFUSED' ? 'refused' : 'reset', why: error.code ?? error.message }),
  );
  return {
    write: (text) => void socket.write(text, 'latin1'),
    isOpen: () => end === undefined,
    close: () => void socket.destroy(),
    async next() {
      const silent = setTimeout(() => finish({ end: 'silent', why: 'no answer' }), silentMs);
      try {
        for (;;) {
          const answer = parseAnswer(bytes);
          if (answer) {
            bytes = bytes.slice(answer.length);
            return answer.read;
          }
          if (end) return bytes === '' ? end : { end: 'truncated', why: `half an answer, then ${end.why}` };
          await new Promise<void>((resolve) => (wake = resolve));
        }
      } finally {
        clearTimeout(silent);
      }
    },
  };
}

function parseAnswer(bytes: string): { readonly read: Read; readonly length: number } | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const head = bytes.slice(0, headEnd);
  const length = /transfer-encoding: chunked/i.test(head)
    ? endOfChunks(bytes, headEnd + 4)
    : headEnd + 4 + Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
  if (length === undefined || bytes.length < length) return undefined;
  const read = {
    status: Number(head.slice(9, 12)),
    closes: /^connection: close/im.test(head),
    keepAliveMs: Number(/^keep-alive: timeout=(\d+)/im.exec(head)?.[1] ?? 5) * 1_000,
  };
  return { read, length };
}

function endOfChunks(bytes: string, start: number): number | undefined {
  for (let at = start; ;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(bytes.slice(at, lineEnd), 16);
    at = lineEnd + 2 + size + 2;
    if (bytes.length < at) return undefined;
    if (size === 0) return at;
  }
}
