import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { duplexPair, type Duplex } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { isLastAnswer } from '../src/http-closer.ts';
import { createHttpDrain, isHttpServer, type HttpDrain } from '../src/http-drain.ts';

// Connections in memory: the parser and the drain are real, the network is not.
const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;

interface Client {
  readonly socket: Duplex;
  /** All that has arrived. */
  readonly text: () => string;
  readonly isEnded: () => boolean;
}

function dial(server: Server): Client {
  const [socket, other] = duplexPair();
  let text = '';
  let isEnded = false;
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  socket.on('end', () => (isEnded = true));
  socket.on('error', () => {});
  server.emit('connection', other);
  return { socket, text: () => text, isEnded: () => isEnded };
}

function create(
  handler: RequestListener,
  idle: 'patient' | 'prompt' = 'patient',
): { server: Server; drain: HttpDrain } {
  const server = createServer(handler);
  server.keepAliveTimeout = 2_000;
  Object.assign(server, { keepAliveTimeoutBuffer: 500 });
  return { server, drain: createHttpDrain(server, idle) };
}

const turns = (ms = 1): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const countOf = (text: string, part: string): number => text.split(part).length - 1;

beforeEach(
  () =>
    void vi.useFakeTimers({
      toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'performance'],
    }),
);
afterEach(() => void vi.useRealTimers());

describe('a drain', () => {
  test('(2) answers a pipelined batch whole and says close once, on the last answer', async () => {
    const { server, drain } = create((request, response) => response.end(request.url));
    const client = dial(server);
    client.socket.write(get('/first'));
    await turns();
    const done = drain.drain(new AbortController().signal);
    client.socket.write(['/a', '/b', '/c'].map(get).join(''));
    await turns(600);
    await done;
    expect(client.text()).toMatch(/\/first[^]*\/a[^]*\/b[^]*Connection: close[^]*\/c$/);
    expect(countOf(client.text(), 'Connection: close')).toBe(1);
    expect(client.isEnded()).toBe(true);
  });

  test('(2) gives nothing to the application after close was announced', async () => {
    const urls: string[] = [];
    const finish: (() => void)[] = [];
    const { server, drain } = create((request, response) => {
      urls.push(request.url ?? '');
      response.writeHead(200, { 'content-length': 2 }).write('a');
      finish.push(() => response.end('b'));
    });
    const client = dial(server);
    await turns();
    const done = drain.drain(new AbortController().signal);
    client.socket.write(get('/long'));
    await turns();
    client.socket.write(get('/late'));
    await turns();
    finish.forEach((end) => end());
    await turns(600);
    await done;
    expect(urls).toEqual(['/long']);
    expect(client.text()).toMatch(/Connection: close[^]*ab$/);
  });

  test('(3) ends an idle connection after the promised time and its buffer, not before', async () => {
    const { server, drain } = create((_, response) => response.end());
    const client = dial(server);
    const done = drain.drain(new AbortController().signal);
    await turns(2_499);
    expect(client.isEnded()).toBe(false);
    await turns(1 + 510);
    await done;
    expect(client.isEnded()).toBe(true);
  });

  test('(3) ends an idle connection at once when told to be prompt', async () => {
    const { server, drain } = create((_, response) => response.end(), 'prompt');
    const client = dial(server);
    const done = drain.drain(new AbortController().signal);
    await turns(510);
    await done;
    expect(client.isEnded()).toBe(true);
  });

  test('lets a stream that had begun end, and then its connection', async () => {
    let end = (): void => {};
    const { server, drain } = create((_, response) => {
      response.write('begin ');
      end = () => response.end('end');
    });
    const client = dial(server);
    client.socket.write(get('/'));
    await turns();
    const done = drain.drain(new AbortController().signal);
    await turns(60);
    end();
    await turns(3_010);
    await done;
    expect(client.text()).toMatch(/begin [^]*end\r\n0\r\n\r\n$/);
    expect(client.isEnded()).toBe(true);
  });

  test('cuts what is open when its signal aborts, and counts it', async () => {
    const { server, drain } = create(() => {});
    const client = dial(server);
    client.socket.write(get('/'));
    await turns();
    const time = new AbortController();
    const done = drain.drain(time.signal);
    await turns();
    time.abort();
    await done;
    expect(drain.cut()).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('a connection whose request has arrived is not ended by an idle timer that is late', async () => {
    const { server, drain } = create((request, response) => response.end(request.url));
    const client = dial(server);
    const done = drain.drain(new AbortController().signal);
    // The timer is due, and what was sent before it is read only in the turn that follows.
    vi.advanceTimersByTime(2_499);
    setTimeout(() => client.socket.write(get('/in-time')), 1);
    await turns(1);
    await turns(600);
    await done;
    expect(client.text()).toMatch(/Connection: close[^]*in-time$/);
  });

  test('a connection ends after its last answer also when node:http does not end it', async () => {
    const { server, drain } = create((request, response) => {
      request.socket.destroySoon = () => {};
      response.end('last');
    });
    const client = dial(server);
    const done = drain.drain(new AbortController().signal);
    client.socket.write(get('/'));
    await turns(600);
    await done;
    expect(client.isEnded()).toBe(true);
  });

  test('without a connection ends at once', async () => {
    const { drain } = create(() => {});
    const done = drain.drain(new AbortController().signal);
    await turns();
    await done;
    expect(drain.cut()).toBe(0);
  });

  test('neither waits for nor ends what another protocol took over', async () => {
    const { server, drain } = create(() => {});
    server.on('upgrade', (_, socket: Duplex) => socket.write('taken over'));
    const client = dial(server);
    client.socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n');
    await turns();
    const done = drain.drain(new AbortController().signal);
    await turns(10_000);
    await done;
    expect(client.text()).toBe('taken over');
    expect(client.isEnded()).toBe(false);
  });

  test('hands requests of connections it does not know straight to the application', async () => {
    const server = createServer((_, response) => response.end('hello'));
    const early = dial(server);
    const drain = createHttpDrain(server, 'patient');
    const known = dial(server);
    const done = drain.drain(new AbortController().signal);
    early.socket.write(get('/'));
    await turns();
    expect(early.text()).toContain('hello');
    known.socket.destroy();
    await turns(10_000);
    await done;
  });
});

const sent = { headersSent: true, getHeader: () => 'close' };
const answers = [
  { says: 'what node:http keeps', answer: { ...sent, _last: true, getHeader: () => undefined }, isLast: true },
  { says: 'what node:http keeps, before the header', answer: { ...sent, _last: false }, isLast: false },
  { says: 'the header, where node:http keeps nothing', answer: sent, isLast: true },
  { says: 'nothing before the head is sent', answer: { ...sent, headersSent: false, _last: true }, isLast: false },
];
for (const { says, answer, isLast } of answers) {
  test(`whether an answer is the last of its connection is told by ${says}`, () => {
    expect(isLastAnswer(answer as unknown as ServerResponse)).toBe(isLast);
  });
}

test(`node:http of ${process.version} keeps in _last whether an answer is the last one`, async () => {
  const kept: unknown[] = [];
  const { server } = create((_, response) => {
    response.end();
    kept.push(Reflect.get(response, '_last'));
  });
  const client = dial(server);
  client.socket.write(get('/') + get('/').replace('1.1\r\n', '1.1\r\nConnection: close\r\n'));
  await turns();
  expect(kept).toEqual([false, true]);
});

test('only servers of node:http are taken', () => {
  expect(isHttpServer(createServer())).toBe(true);
  for (const other of [null, {}, { keepAliveTimeout: 1 }]) expect(isHttpServer(other)).toBe(false);
});
