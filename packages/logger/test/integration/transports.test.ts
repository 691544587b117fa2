// winston's own transports and those of others, against real files, servers and processes.
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { Agent, createServer as createHttpServer } from 'node:http';
import { createRequire } from 'node:module';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import winston from 'winston';
import DailyRotateFile from 'winston-daily-rotate-file';
import type Transport from 'winston-transport';
import { createLogger, type Logger } from '../../src/index.ts';
import { finish, indexesOf, start } from './programs.ts';

// It comes without types for winston 3.
const require = createRequire(import.meta.url);
const LogstashTransport = require('winston-logstash/lib/winston-logstash-latest') as new (options: object) => Transport;

const count = 1000;
const all = Array.from({ length: count }, (_, index) => index);
const directory = mkdtempSync(join(tmpdir(), 'seaworthy-transports-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** A transport, and what arrived where it leads to once the logger is closed. */
interface Subject {
  readonly transport: Transport;
  readonly arrived: (records?: number) => Promise<string[]>;
}

type Options = Transport.TransportStreamOptions;

let names = 0;

function nextName(): string {
  names += 1;
  return `subject-${names}.log`;
}

const lines = (content: string): string[] => content.split('\n').filter(Boolean);

const subjects: Record<string, (options?: Options) => Promise<Subject>> = {
  async File(options) {
    const filename = join(directory, nextName());
    const transport = new winston.transports.File({ ...options, filename });
    return { transport, arrived: async () => lines(readFileSync(filename, 'utf8')) };
  },
  async 'File with rotation'(options) {
    const filename = join(directory, nextName());
    const transport = new winston.transports.File({ ...options, filename, maxsize: 1_000_000, tailable: true });
    return { transport, arrived: async () => lines(readFileSync(filename, 'utf8')) };
  },
  async DailyRotateFile(options) {
    const name = nextName();
    const transport = new DailyRotateFile({
      ...options,
      dirname: directory,
      filename: `%DATE%-${name}`,
      auditFile: join(directory, `${name}.json`),
    });
    const arrived = async () => {
      const file = readdirSync(directory).find((each) => each.endsWith(`-${name}`)) ?? '';
      return lines(readFileSync(join(directory, file), 'utf8'));
    };
    return { transport, arrived };
  },
  async Stream(options) {
    const stream = new PassThrough({ highWaterMark: 100 });
    const content = text(stream);
    const transport = new winston.transports.Stream({ ...options, stream });
    return { transport, arrived: async () => lines((stream.end(), await content)) };
  },
  async Http(options) {
    const bodies: string[] = [];
    const server = createHttpServer((request, response) => {
      void (async () => {
        bodies.push(await text(request));
        response.end('{}');
      })();
    });
    const port = await listen(server);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const transport = new winston.transports.Http({ ...options, host: '127.0.0.1', port, agent });
    // It answers for a record before its request is through.
    const arrived = async (records = count) => {
      while (bodies.length < records) await new Promise((resolve) => setImmediate(resolve));
      agent.destroy();
      return bodies;
    };
    return { transport, arrived };
  },
  async 'winston-logstash'(options) {
    let content = '';
    const server = createServer((socket) => socket.on('data', (chunk) => (content += String(chunk))));
    const port = await listen(server);
    const transport = new LogstashTransport({ ...options, host: '127.0.0.1', port });
    const arrived = async (records = count) => {
      while (lines(content).length < records) await new Promise((resolve) => setImmediate(resolve));
      return lines(content);
    };
    return { transport, arrived };
  },
};

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

function logAll(log: Logger): void {
  for (const index of all) log.info('record', { index });
}

for (const [name, create] of Object.entries(subjects)) {
  describe(name, () => {
    test('gets every record, in order, as our line', async () => {
      const { transport, arrived } = await create();
      const log = createLogger({ name: 'app', transports: [transport], base: {} });
      logAll(log);
      expect(await log.close()).toMatchObject({ outcome: 'done', stats: { records: count, dropped: 0 } });
      const records = (await arrived()).map((line) => JSON.parse(line) as Record<string, unknown>);
      expect(records.map(({ index }) => index)).toEqual(all);
      expect(records[0]).toMatchObject({ level: 'info', message: 'record', timestamp: expect.any(String) });
    });

    test('takes the format of the logger', async () => {
      const { transport, arrived } = await create();
      const { combine, timestamp, json } = winston.format;
      const format = combine(
        timestamp({ format: () => 'T' }),
        winston.format((info) => ({ ...info, by: 'us' }))(),
        json(),
      );
      const log = createLogger({ transports: [transport], format });
      logAll(log);
      await log.close();
      const records = (await arrived()).map((line) => JSON.parse(line) as Record<string, unknown>);
      expect(records).toEqual(
        all.map((index) => ({ level: 'info', message: 'record', index, timestamp: 'T', by: 'us' })),
      );
    });

    test('takes a format of its own', async () => {
      const mark = winston.format((info) => ({ ...info, message: `<${String(info.message)}>` }));
      const format = winston.format.combine(mark(), winston.format.json());
      const { transport, arrived } = await create({ format });
      const log = createLogger({ transports: [transport] });
      logAll(log);
      await log.close();
      for (const line of await arrived()) expect(JSON.parse(line)).toMatchObject({ message: '<record>' });
    });

    test('gets the records of children that its level and filter ask for', async () => {
      const filter = winston.format((info) => (info['private'] === true ? false : info));
      const format = winston.format.combine(filter(), winston.format.json());
      const { transport, arrived } = await create({ level: 'debug', format });
      const log = createLogger({ level: 'info', transports: [transport], base: {} });
      const child = log.child({ requestId: 'r' }).child({ step: 1 });
      child.debug('seen');
      child.trace('not seen');
      child.info('hidden', { private: true });
      log.error('last');
      await log.close();
      const records = (await arrived(2)).map((line) => JSON.parse(line) as object);
      expect(records).toMatchObject([
        { level: 'debug', message: 'seen', requestId: 'r', step: 1 },
        { level: 'error', message: 'last' },
      ]);
    });
  });
}

describe('Console', () => {
  for (const kind of ['plain', 'format']) {
    test(`gets every record, in order (${kind})`, async () => {
      const { stdout } = await finish(start('console', [kind]));
      expect(indexesOf(stdout)).toEqual(all);
    });
  }
});

test('many transports at once, each with its own speed, get every record in order', async () => {
  const made = await Promise.all(Object.values(subjects).map((create) => create()));
  const log = createLogger({ transports: made.map(({ transport }) => transport), base: {} });
  logAll(log);
  await log.close({ timeoutMs: 20_000 });
  for (const { arrived } of made) {
    expect((await arrived()).map((line) => (JSON.parse(line) as { index: number }).index)).toEqual(all);
  }
});
