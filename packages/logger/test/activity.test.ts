import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { commandLogger, httpLogger, performanceLogger, wsLogger, type HttpLoggerOptions } from '../src/index.ts';
import { latest, logToMemory } from './records.ts';

afterEach(() => {
  vi.useRealTimers();
});

interface Exchange {
  readonly url?: string;
  readonly headers?: Record<string, string>;
  readonly options?: Partial<HttpLoggerOptions>;
  readonly handle?: (request: IncomingMessage, response: ServerResponse) => void;
}

/** Serves one request, and gives what was logged and answered. */
async function exchange({
  url = '/a',
  headers = {},
  options = {},
  handle = (_, response) => response.end('ok'),
}: Exchange) {
  const { log, sink } = logToMemory();
  const logRequest = httpLogger({ log, ...options });
  const server = createServer((request, response) => {
    logRequest(request, response, () => {
      log.info('handling');
      handle(request, response);
    });
  });
  await once(server.listen(0), 'listening');
  const { port } = server.address() as { port: number };
  const request = get({ port, path: url, headers, agent: false });
  const [answer] = (await once(request, 'response').catch(() => [])) as [IncomingMessage?];
  answer?.resume();
  server.close();
  await once(server, 'close');
  return { sink, answer };
}

describe('httpLogger', () => {
  test('logs a request once, when its answer is complete', async () => {
    const { sink } = await exchange({
      url: '/orders/17?token=secret',
      handle: (_, response) => response.setHeader('content-length', 2).end('ok'),
    });
    expect(sink.records).toHaveLength(2);
    expect(latest(sink)).toMatchObject({
      level: 'info',
      message: 'request completed',
      method: 'GET',
      path: '/orders/17',
      status: 200,
      aborted: false,
      responseBytes: 2,
      durationMs: expect.any(Number),
      remoteAddress: expect.stringContaining('127.0.0.1'),
    });
    expect(JSON.stringify(sink.records)).not.toContain('secret');
  });

  test('gives everything on the way the id that the request brings, and the answer too', async () => {
    const { sink, answer } = await exchange({ headers: { 'X-Request-Id': 'r-1' } });
    expect(sink.records.map(({ requestId }) => requestId)).toEqual(['r-1', 'r-1']);
    expect(answer?.headers['x-request-id']).toBe('r-1');
  });

  for (const id of ['two words', 'x'.repeat(129), '{"a":1}']) {
    test(`makes an id of its own in place of ${JSON.stringify(id.slice(0, 10))}`, async () => {
      const { sink } = await exchange({ headers: { 'x-request-id': id }, options: { createRequestId: () => 'mine' } });
      expect(latest(sink)['requestId']).toBe('mine');
    });
  }

  const levels = [
    { status: 302, level: 'info' },
    { status: 404, level: 'warn' },
    { status: 503, level: 'error' },
  ];
  for (const { status, level } of levels) {
    test(`${status} is logged at ${level}`, async () => {
      const { sink } = await exchange({ handle: (_, response) => response.writeHead(status).end() });
      expect(latest(sink)).toMatchObject({ status, level });
    });
  }

  test('a connection that closes early is logged as aborted', async () => {
    const { sink } = await exchange({ handle: (request) => request.socket.destroy() });
    expect(latest(sink)).toMatchObject({ message: 'request aborted', aborted: true, level: 'warn' });
  });

  test('takes fields, levels and exceptions of its user', async () => {
    const options = {
      fieldsOf: () => ({ route: '/a' }),
      levelOf: () => 'debug' as const,
      requestIdHeader: 'X-Correlation',
    };
    const { log, sink } = logToMemory({ level: 'debug' });
    await exchange({ options: { ...options, log } });
    expect(latest(sink)).toMatchObject({ level: 'debug', route: '/a' });
    const skipped = await exchange({ options: { skip: () => true } });
    expect(skipped.sink.records.map(({ message }) => message)).toEqual(['handling']);
  });
});

describe('wsLogger', () => {
  test('logs the life of a connection', () => {
    const { log, sink } = logToMemory({ level: 'debug' });
    const socket = new EventEmitter();
    const logSocket = wsLogger({ log, createConnectionId: () => 'c1' });
    expect(logSocket(socket, { room: 'lobby' })).toBe('c1');
    socket.emit('message', Buffer.from('hello'), false);
    socket.emit('message', 'żółw', false);
    socket.emit('message', [Buffer.from('ab'), Buffer.from('c')], true);
    socket.emit('message', new ArrayBuffer(7), true);
    socket.emit('close', 1001, Buffer.from('bye'));
    expect(sink.records.map(({ message, bytes }) => [message, bytes])).toEqual([
      ['websocket opened', undefined],
      ['websocket message', 5],
      ['websocket message', 7],
      ['websocket message', 3],
      ['websocket message', 7],
      ['websocket closed', 22],
    ]);
    expect(latest(sink)).toMatchObject({
      connectionId: 'c1',
      room: 'lobby',
      code: 1001,
      reason: 'bye',
      messages: 4,
      level: 'info',
    });
    expect(JSON.stringify(sink.records)).not.toContain('hello');
  });

  test('warns of an unusual end and logs errors', () => {
    const { log, sink } = logToMemory();
    const socket = new EventEmitter();
    wsLogger({ log })(socket);
    socket.emit('error', new Error('reset'));
    socket.emit('close', 1006, '');
    expect(sink.records.slice(1)).toMatchObject([
      { message: 'websocket failed', level: 'error', err: { message: 'reset' } },
      { message: 'websocket closed', level: 'warn', code: 1006 },
    ]);
  });
});

describe('commandLogger', () => {
  async function run(args: readonly string[], file = process.execPath) {
    const { log, sink } = logToMemory({ level: 'debug' });
    const command = commandLogger({ log })(spawn(file, args, { stdio: 'ignore' }), { job: 'j1' });
    await new Promise<void>((resolve) => {
      command.once('close', () => resolve());
      command.once('error', () => resolve());
    });
    return sink;
  }

  const endings = [
    { script: 'process.exit(0)', level: 'info', message: 'command finished', exitCode: 0, signal: null },
    { script: 'process.exit(3)', level: 'error', message: 'command failed', exitCode: 3, signal: null },
    {
      script: 'process.kill(process.pid, "SIGKILL")',
      level: 'error',
      message: 'command failed',
      exitCode: null,
      signal: 'SIGKILL',
    },
  ];
  for (const { script, ...outcome } of endings) {
    test(`${script} is logged at ${outcome.level}`, async () => {
      const sink = await run(['-e', script]);
      expect(sink.records[0]).toMatchObject({
        level: 'debug',
        message: 'command started',
        job: 'j1',
        pid: expect.any(Number),
      });
      expect(latest(sink)).toMatchObject({ ...outcome, args: ['-e', script], durationMs: expect.any(Number) });
      expect(sink.records).toHaveLength(2);
    });
  }

  test('a command that cannot start is logged once', async () => {
    const sink = await run([], '/does/not/exist');
    expect(sink.records).toHaveLength(2);
    expect(latest(sink)).toMatchObject({ message: 'command failed', err: { code: 'ENOENT' } });
  });

  const secrets = [
    { args: ['--password=hunter2'], shows: ['--password=[redacted]'] },
    { args: ['--api-key', 'hunter2', 'file'], shows: ['--api-key', '[redacted]', 'file'] },
    { args: ['https://ada:hunter2@example.com/x'], shows: ['https://ada:[redacted]@example.com/x'] },
    { args: ['--token', '--verbose'], shows: ['--token', '--verbose'] },
    { args: ['--name=x=y', 'token'], shows: ['--name=x=y', 'token'] },
  ];
  for (const { args, shows } of secrets) {
    test(`${args.join(' ')} is shown as ${shows.join(' ')}`, () => {
      const { log, sink } = logToMemory({ level: 'debug' });
      const command = Object.assign(new EventEmitter(), { spawnfile: 'tool', spawnargs: ['tool', ...args] });
      commandLogger({ log })(command);
      expect(latest(sink)['args']).toEqual(shows);
    });
  }
});

describe('performanceLogger', () => {
  test('sums up durations, failures and the use of the process', async () => {
    const { log, sink } = logToMemory();
    const performanceLog = performanceLogger({ log });
    expect(performanceLog.measure('sum', () => 3)).toBe(3);
    await performanceLog.measure('query', () => Promise.resolve());
    await expect(performanceLog.measure('query', () => Promise.reject(new Error('down')))).rejects.toThrow('down');
    const fail = () => {
      throw new TypeError('bad');
    };
    expect(() => performanceLog.measure('sum', fail)).toThrow('bad');
    performanceLog.logSummary();
    const { operations, memory } = latest(sink) as { operations: object[]; memory: { rssBytes: number } };
    expect(operations).toMatchObject([
      { name: 'query', count: 2, failures: 1 },
      { name: 'sum', count: 2, failures: 1, maxMs: expect.any(Number) },
    ]);
    expect(memory.rssBytes).toBeGreaterThan(1_000_000);
    expect(performanceLog.summary().operations).toEqual([]);
  });

  test('logs regularly until it is closed', () => {
    vi.useFakeTimers();
    const { log, sink } = logToMemory();
    const performanceLog = performanceLogger({ log, everyMs: 1000 });
    vi.advanceTimersByTime(2000);
    performanceLog.close();
    vi.advanceTimersByTime(5000);
    expect(sink.records.map(({ message }) => message)).toEqual(['performance summary', 'performance summary']);
  });
});
