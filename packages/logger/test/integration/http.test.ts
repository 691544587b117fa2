import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLogger, http, LoggerErrors, type HttpSinkOptions } from '../../src/index.ts';
import { finish, start } from './programs.ts';

/** A collector that answers as it is told, and keeps what it accepted. */
let collector: Server;
let url = '';
let answers: number[] = [];
let accepted: string[] = [];
let requests = 0;
let isSilent = false;

beforeEach(async () => {
  answers = [];
  accepted = [];
  requests = 0;
  isSilent = false;
  collector = createServer((request, response) => {
    void answer(request, response);
  });
  await once(collector.listen(0, '127.0.0.1'), 'listening');
  const { port } = collector.address() as { port: number };
  url = `http://127.0.0.1:${port}/logs`;
});

afterEach(async () => {
  collector.closeAllConnections();
  collector.close();
  await once(collector, 'close');
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request);
  requests += 1;
  if (isSilent) return;
  const status = answers.shift() ?? 200;
  if (status === 200) accepted.push(body);
  if (status === 0) request.socket.destroy();
  else response.writeHead(status).end('{}');
}

function logTo(options: Partial<HttpSinkOptions> = {}) {
  return createLogger({ sinks: [http({ url, gatherMs: 10, ...options })], base: {} });
}

function indexes(): unknown[] {
  const lines = accepted.join('').trimEnd().split('\n').filter(Boolean);
  return lines.map((line) => (JSON.parse(line) as { index: unknown }).index);
}

const hundred = Array.from({ length: 100 }, (_, index) => index);

describe('the http sink', () => {
  test('sends all records in order, many in a request', async () => {
    const log = logTo();
    for (const index of hundred) log.info('m', { index });
    expect(await log.close()).toMatchObject({ outcome: 'done', stats: { dropped: 0 } });
    expect(indexes()).toEqual(hundred);
    expect(requests).toBe(1);
  });

  test('begins by itself when lines have gathered long enough, or are many', async () => {
    const log = logTo({ batchBytes: 2000 });
    for (const index of hundred) log.info('m', { index });
    while (indexes().length < 100) await new Promise((resolve) => setImmediate(resolve));
    expect(requests).toBeGreaterThan(3);
    for (const body of accepted) expect(body.length).toBeLessThanOrEqual(2000);
    await log.close();
  });

  for (const status of [0, 408, 429, 500, 503]) {
    test(`sends again after ${status === 0 ? 'a connection that broke' : status}`, async () => {
      answers = [status];
      const log = logTo();
      for (const index of hundred) log.info('m', { index });
      expect(await log.close()).toMatchObject({ outcome: 'done', stats: { dropped: 0 } });
      expect(indexes()).toEqual(hundred);
    });
  }

  test('gives up what the collector refuses, and goes on', async () => {
    answers = [400];
    const log = logTo();
    log.info('bad', { index: 0 });
    await log.flush();
    log.info('good', { index: 1 });
    const { stats } = await log.close();
    expect(stats).toMatchObject({ dropped: 1 });
    const [good, note] = accepted.join('').trimEnd().split('\n');
    expect(JSON.parse(good ?? '')).toMatchObject({ index: 1 });
    expect(JSON.parse(note ?? '')).toMatchObject({ level: 'warn', logger: 'seaworthy.logger', dropped: 1 });
  });

  test('holds a bounded number of bytes while the collector is away', async () => {
    answers = Array.from({ length: 100 }, () => 503);
    const log = logTo({ capBytes: 5000 });
    for (const index of hundred) log.info('m', { index });
    log.error('kept');
    const { outcome, stats } = await log.close({ timeoutMs: 100 });
    expect(outcome).toBe('timeout');
    expect(stats.dropped).toBe(101);
    expect(indexes()).toEqual([]);
  });

  for (const wrong of ['not a url', 'ftp://example.com']) {
    test(`refuses the address ${wrong}`, () => {
      expect(() => http({ url: wrong })).toThrow(expect.objectContaining({ code: LoggerErrors.INVALID_OPTION.code }));
    });
  }

  const complete = ['a natural end', 'SIGTERM that closes the logger', 'process.exit() after the logger was closed'];
  for (const ending of complete) {
    test(`a program sends all that it has at ${ending}`, async () => {
      const { code, stderr } = await finish(start('sending', [ending, url]));
      expect([code, stderr]).toEqual([0, '']);
      expect(indexes()).toEqual(hundred);
    });
  }

  // No request can be made any more, so errors take the last way that is left.
  for (const ending of ['process.exit()', 'an uncaught exception', 'an unhandled rejection']) {
    test(`a program writes its errors to standard error at ${ending}`, async () => {
      const { code, stderr } = await finish(start('sending', [ending, url]));
      expect(code).toBe(1);
      expect(recordsIn(stderr)).toMatchObject([{ level: 'error', message: 'failed' }]);
      expect(accepted).toEqual([]);
    });
  }

  test('a program writes to standard error what a collector has not acknowledged at process.exit()', async () => {
    isSilent = true;
    const { stderr } = await finish(start('sending', ['process.exit() while a request is on its way', url]));
    expect(recordsIn(stderr)).toMatchObject([{ level: 'error', message: 'failed' }]);
  });
});

/** The records among the lines of a program, beside what Node says of its end. */
function recordsIn(stderr: string): unknown[] {
  const lines = stderr.split('\n').filter((line) => line.startsWith('{'));
  return lines.map((line) => JSON.parse(line) as unknown);
}
