// The kinds of requests of the mixed load; about 2,400 in all in a run of two and a half seconds.
import type { Line } from './answers.ts';

/** One kind of client. */
export interface Kind {
  readonly name: string;
  /** How many connections do this side by side. */
  readonly connections: number;
  /** The pause between an answer and the next request. */
  readonly pauseMs: () => number;
  /** Sends one request, or a batch. */
  readonly send: (line: Line, ids: readonly string[]) => void | Promise<void>;
  /** Requests sent at once. @default 1 */
  readonly pipelining?: number;
  readonly oncePerConnection?: boolean;
  readonly isWebSocket?: boolean;
}

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const between = (least: number, most: number) => (): number => least + Math.random() * (most - least);
const head = (method: string, path: string, id: string, more = ''): string =>
  `${method} /${path}?id=${id} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`;
const get =
  (path: string, more = '') =>
  (line: Line, ids: readonly string[]): void =>
    line.write(ids.map((id) => head('GET', path, id, more)).join(''));

async function upload(line: Line, [id = '']: readonly string[]): Promise<void> {
  line.write(head('POST', 'upload', id, 'Content-Length: 65536\r\n'));
  for (let part = 0; part < 4; part += 1) {
    line.write('x'.repeat(16_384));
    await after(10);
  }
}

async function splitHead(line: Line, [id = '']: readonly string[]): Promise<void> {
  const text = head('GET', 'split', id, 'X-Filler: abcdefghijklmnopqrstuvwxyz\r\n');
  const third = Math.ceil(text.length / 3);
  for (let part = 0; part < 3; part += 1) {
    line.write(text.slice(part * third, (part + 1) * third));
    await after(8);
  }
}

/** Pinned connections are never idle for long; balanced ones are a pool that is used now and then. */
export const kinds: readonly Kind[] = [
  { name: 'pinned', connections: 10, pauseMs: between(15, 30), send: get('quick') },
  { name: 'balanced', connections: 16, pauseMs: between(60, 500), send: get('quick') },
  { name: 'slow', connections: 8, pauseMs: between(5, 15), send: get('slow') },
  { name: 'streaming', connections: 8, pauseMs: between(5, 15), send: get('stream') },
  { name: 'upload', connections: 6, pauseMs: between(20, 60), send: upload },
  { name: 'split head', connections: 6, pauseMs: between(15, 40), send: splitHead },
  { name: 'pipelined', connections: 6, pauseMs: between(40, 80), send: get('quick'), pipelining: 4 },
  {
    name: 'new connection',
    connections: 4,
    pauseMs: between(10, 30),
    send: get('quick', 'Connection: close\r\n'),
    oncePerConnection: true,
  },
  { name: 'WebSocket', connections: 6, pauseMs: () => 40, send: () => {}, isWebSocket: true },
];
