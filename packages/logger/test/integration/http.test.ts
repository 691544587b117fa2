import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLogger, http, LoggerErrors, type HttpSinkOptions } from '../../src/index.ts';
import { finish, start } from './programs.ts';

/** A collector that answers as it is told, and keeps what it accepted. */
let collector: Server;
let url = '';
let answers: number[] = [];
let accepted: string[] = [];
let requests = 0;
let location = '';
let isSilent = false;
let mostBytes = Infinity;

beforeEach(async () => {
  answers = [];
  accepted = [];
  requests = 0;
  isSilent = false;
  mostBytes = Infinity;
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
  const status = body.length > mostBytes ? 413 : (answers.shift() ?? 200);
  if (status === 200) accepted.push(body);
  if (status === 0) request.socket.destroy();
  else response.writeHead(status, { location }).end('{}');
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

  test('halves what is too large for the collector, and gives up a single line only', async () => {
    mostBytes = 1000;
    const log = logTo();
    for (const index of hundred) log.info('m', { index, text: index === 70 ? 'x'.repeat(2000) : '' });
    const { outcome, stats } = await log.close();
    expect({ outcome, dropped: stats.dropped }).toEqual({ outcome: 'done', dropped: 1 });
    expect(indexes().filter((index) => index !== undefined)).toEqual(hundred.filter((index) => index !== 70));
  });

  test('says why a request failed, without a number that means nothing', async () => {
    isSilent = true;
    const reasons: unknown[] = [];
    const listener = (event: unknown): void => void reasons.push((event as { reason: unknown }).reason);
    subscribe('seaworthy:logger:sink-failed', listener);
    const log = logTo({ timeoutMs: 50 });
    log.info('m');
    await log.close({ timeoutMs: 300 });
    unsubscribe('seaworthy:logger:sink-failed', listener);
    expect(reasons).toEqual(['The operation was aborted due to timeout']);
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

  for (const status of [301, 302, 303, 307, 308]) {
    test(`does not follow a redirect with ${status}: no line or header goes elsewhere, and none counts as sent`, async () => {
      const elsewhere: string[] = [];
      const other = createServer((request, response) => {
        elsewhere.push(`${request.method} ${String(request.headers['x-api-key'])}`);
        response.end();
      });
      await once(other.listen(0, '127.0.0.1'), 'listening');
      const failures: unknown[] = [];
      const listener = (event: unknown): void => void failures.push(event);
      subscribe('seaworthy:logger:sink-failed', listener);
      const origin = `http://127.0.0.1:${(other.address() as { port: number }).port}`;
      answers = [status];
      location = `${origin}/secret-path`;
      const log = logTo({ headers: { 'x-api-key': 'key' } });
      log.info('m');
      await log.flush();
      const { stats } = await log.close();
      unsubscribe('seaworthy:logger:sink-failed', listener);
      other.close();
      expect(elsewhere).toEqual([]);
      expect(stats).toMatchObject({ dropped: 1 });
      const reason = `the collector redirects (${status}) to ${origin}, which is not followed: give \`url\` as it is`;
      expect(failures).toEqual([{ sink: `http ${new URL(url).origin}`, reason }]);
    });
  }

  const secret = 's3cr3t';
  const wrongOptions: { title: string; options: object; message: string }[] = [
    { title: 'an address that is none', options: { url: `no url ${secret}` }, message: 'got no URL' },
    { title: 'another protocol', options: { url: `ftp://user:${secret}@example.com` }, message: 'got ftp:…' },
    { title: 'a password in the address', options: { url: `http://user:${secret}@a.example` }, message: '`headers`' },
    { title: 'a header that cannot be sent', options: { headers: { token: `a\n${secret}` } }, message: 'at "token"' },
    { title: 'a time that is none', options: { gatherMs: Number.NaN }, message: 'got NaN' },
    { title: 'a time that no timer holds', options: { timeoutMs: 2 ** 31 }, message: 'from 1 to 2147483647' },
    { title: 'a batch of nothing', options: { batchBytes: 0 }, message: '`batchBytes`' },
    { title: 'a limit that is text', options: { capBytes: '5 MB' }, message: 'got string' },
  ];
  for (const { title, options, message } of wrongOptions) {
    test(`refuses ${title}, and tells no secret`, () => {
      let refused: unknown;
      try {
        http({ url, ...options });
      } catch (error) {
        refused = error;
      }
      expect(refused).toMatchObject({
        code: LoggerErrors.INVALID_OPTION.code,
        message: expect.stringContaining(message),
      });
      expect(inspect(refused)).not.toContain(secret);
    });
  }

  test('says why a collector is not reached, in the words of the system', async () => {
    const failures: unknown[] = [];
    const listener = (event: unknown): void => void failures.push(event);
    subscribe('seaworthy:logger:sink-failed', listener);
    answers = [0];
    const log = logTo();
    log.info('m');
    await log.close();
    unsubscribe('seaworthy:logger:sink-failed', listener);
    expect(failures).toEqual([
      { sink: `http ${new URL(url).origin}`, reason: expect.stringMatching(/socket|ECONNRESET/i) },
    ]);
  });

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
