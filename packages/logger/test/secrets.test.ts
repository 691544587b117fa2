// A secret that is planted at a redacted place is in no output: of no sink, layout, format, transport, text for people
// or audit log.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, request as sendRequest } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { anything, assert, constantFrom, property, array } from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import winston from 'winston';
import Transport from 'winston-transport';
import {
  auditLog,
  commandLogger,
  context,
  createLogger,
  file,
  httpLogger,
  memory,
  type Logger,
  type LoggerOptions,
  type Preset,
} from '../src/index.ts';
import { prettyLine } from '../src/pretty.ts';

const secret = 'hunter2-planted';
const directory = mkdtempSync(join(tmpdir(), 'seaworthy-secrets-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

interface Way {
  readonly name: string;
  readonly log: Logger;
  /** Everything that came out. */
  readonly output: () => string;
}

const presets: Preset[] = ['default', 'pino', 'ecs', 'gcp', 'otel', 'aws'];
const { combine, errors, json, simple, splat } = winston.format;

function everyWay(redact: LoggerOptions['redact']): Way[] {
  const ways: LoggerOptions[] = [
    ...presets.map((preset) => ({ preset })),
    { format: combine(errors({ stack: true }), splat(), json()) },
    { format: combine(errors({ stack: true }), simple()) },
    { preset: 'gcp', source: true },
  ];
  return ways.map((options, index) => {
    const lines: string[] = [];
    const infos: unknown[] = [];
    const sink = { ...memory(), write: (line: string) => void lines.push(line) };
    const path = join(directory, `${Math.random()}.log`);
    const transport = new Transport({
      log(info: Record<PropertyKey, unknown>, next: () => void) {
        infos.push(info, info[Symbol.for('message')], info[Symbol.for('splat')]);
        next();
      },
    });
    const sinks = [sink, file({ path, durability: 'record' })];
    const log = createLogger({ level: 'trace', sinks, transports: [transport], ...(redact && { redact }), ...options });
    const output = () => {
      const texts = lines.flatMap((line) => [
        line,
        prettyLine(line, { color: true }),
        prettyLine(line, { color: false }),
      ]);
      return [...texts, JSON.stringify(infos), readFileSync(path, 'utf8')].join('');
    };
    return { name: options.preset ?? `format ${index}`, log, output };
  });
}

function plantedError(): Error {
  const cause = Object.assign(new Error('inner'), { token: secret, config: { headers: { authorization: secret } } });
  const error = new Error('outer', { cause });
  const errors = [Object.assign(new Error('one of many'), { token: secret })];
  return Object.assign(error, { token: secret, config: { headers: { authorization: secret } }, errors });
}

const cases: { name: string; redact?: LoggerOptions['redact']; act: (log: Logger) => void }[] = [
  { name: 'a key', redact: ['token'], act: (log) => log.info('m', { token: secret }) },
  { name: 'a nested key', redact: ['a.b.c'], act: (log) => log.info({ a: { b: { c: { d: secret } } } }, 'm') },
  { name: 'brackets', redact: ['a["b.c"][0]'], act: (log) => log.info('m', { a: { 'b.c': [secret, 'ok'] } }) },
  { name: 'wildcards', redact: ['users[*].*.pin'], act: (log) => log.info('m', { users: [{ x: { pin: secret } }] }) },
  { name: 'a pattern', redact: [/pass|secret/i], act: (log) => log.info('m', { a: [{ Password: secret }] }) },
  { name: 'removal', redact: { paths: ['a.b'], remove: true }, act: (log) => log.info('m', { a: { b: secret } }) },
  { name: 'a bound field', redact: ['token'], act: (log) => log.child({ token: secret }).child({ x: 1 }).warn('m') },
  {
    name: 'a context',
    redact: ['token', 'deep.*'],
    act: (log) => context.run({ token: secret, deep: [secret] }, () => log.info('m')),
  },
  { name: 'a map, a set and a toJSON', redact: ['m.k', 's[0]', 'j.k'], act: (log) => log.info('m', containers()) },
  {
    name: 'properties of an error, its cause and its errors, by their written place',
    redact: [
      'err.properties.token',
      'err.properties.config.headers.authorization',
      'err.cause.properties.token',
      'err.cause.properties.config.headers.authorization',
      'err.errors[*].properties.token',
    ],
    act: (log) => log.error(plantedError(), 'failed'),
  },
  {
    name: 'properties of an error, its cause and its errors, by their own place',
    redact: [
      'err.token',
      'err.config.headers.authorization',
      'err.cause.token',
      'err.cause.config.headers.authorization',
      'err.errors[*].token',
    ],
    act: (log) => log.error({ err: plantedError() }, 'failed'),
  },
  { name: 'an error altogether', redact: ['err'], act: (log) => log.error(new Error(secret)) },
  { name: 'the message of an error', redact: ['err.message'], act: (log) => log.error(new Error(secret)) },
  {
    name: 'the messages of an error and of its cause',
    redact: ['err.message', 'err.cause.message'],
    act: (log) => log.error(new Error(secret, { cause: new Error(`because ${secret}`) })),
  },
  {
    name: 'message and stack of an error by a pattern',
    redact: [/^(message|stack)$/],
    act: (log) => log.error({ err: new Error(secret) }, 'm'),
  },
  {
    name: 'a value with reveal()',
    act: (log) => log.child({ s: new Revealing() }).info('m', { a: [new Revealing()] }),
  },
  { name: 'a value with reveal() as anything', act: (log) => log.info('%s', new Revealing(), new Revealing()) },
  { name: 'a value with reveal() alone', act: (log) => log.info(new Revealing()) },
  {
    name: 'a value with reveal() in an error',
    act: (log) => log.error(Object.assign(new Error('m'), { s: new Revealing() })),
  },
  {
    name: 'a record of winston',
    redact: ['token'],
    act: (log) => log.log({ level: 'info', message: 'm', token: secret }),
  },
  { name: 'a format string', redact: ['token'], act: (log) => log.info('%s happened', 'it', { token: secret }) },
];

class Revealing {
  #value = secret;
  reveal(): string {
    return this.#value;
  }
  readonly plain: string = secret;
}

function containers(): object {
  return { m: new Map([['k', secret]]), s: new Set([secret]), j: { toJSON: () => ({ k: secret }) } };
}

describe('a secret is in no output', () => {
  for (const { name, redact, act } of cases) {
    test(`hidden by ${name}`, () => {
      const ways = everyWay(redact);
      for (const { log } of ways) act(log);
      const leaking = ways.filter(({ output }) => output().includes(secret)).map(({ name }) => name);
      expect(leaking).toEqual([]);
      expect(ways.every(({ output }) => output().length > 50)).toBe(true);
    });
  }

  test('wherever it stands under a redacted key', () => {
    const ways = everyWay(['token', '*.token', 'list[*].*', /^hide/]);
    const place = constantFrom(
      (value: unknown) => ({ token: value }),
      (value: unknown) => ({ a: { token: value } }),
      (value: unknown) => ({ list: [{ x: value }] }),
      (value: unknown) => ({ a: { b: [{ c: { hideThis: value } }] } }),
    );
    assert(
      property(place, array(anything(), { maxLength: 3 }), (put, others) => {
        const fields = put([secret, { deep: secret }, ...others, new Map([['k', secret]])]);
        for (const { log, output, name } of ways.slice(0, 7)) {
          log.info('m', fields);
          log.child(fields).info('m');
          context.run(fields, () => log.info('m', { before: 1 }));
          if (output().includes(secret)) throw new Error(`${name} shows it`);
        }
      }),
      { numRuns: 20 },
    );
  });

  test('hidden in an audit log', async () => {
    const path = join(directory, 'audit.log');
    const audit = auditLog({ path, redact: ['card.number', 'users[*].token', /pass/], key: `key-${secret}` });
    const users = [{ token: secret }];
    await audit.record('paid', { card: { number: secret }, users, Password: 1, pass: secret, s: new Revealing() });
    await audit.close();
    expect(readFileSync(path, 'utf8') + readFileSync(`${path}.head`, 'utf8')).not.toContain(secret);
  });
});

describe('httpLogger shows no secret', () => {
  const [way] = everyWay(['headers.authorization', 'headers.cookie', 'headers["x-api-key"]']);
  const { log, output } = way as Way;
  const logRequest = httpLogger({ log, fieldsOf: ({ headers }) => ({ headers }) });

  test('of headers, cookies, queries and the address that a proxy is asked for', async () => {
    const server = createServer((request, response) => logRequest(request, response, () => response.end('ok')));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const headers = { authorization: `Bearer ${secret}`, cookie: `session=${secret}`, 'x-api-key': secret };
    const request = sendRequest({ port, path: `/a?token=${secret}`, headers, agent: false }).end();
    const [answer] = (await once(request, 'response')) as [NodeJS.ReadableStream];
    answer.resume();
    // What a proxy is sent, and what no well-behaved client sends.
    for (const target of [`http://user:${secret}@example.com/b?x=${secret}`, `/c#token=${secret}`]) {
      const socket = connect(port, '127.0.0.1');
      socket.end(`GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
      socket.resume();
      await once(socket, 'close');
    }
    server.close();
    await once(server, 'close');
    expect(output().match(/request (completed|aborted)/g)?.length).toBeGreaterThanOrEqual(3);
    expect(output()).toContain('http://example.com/b');
    expect(output()).not.toContain(secret);
  });
});

describe('commandLogger shows no secret', () => {
  const commands: string[][] = [
    ['--password', secret],
    ['--password', `-${secret}`],
    [`--password=${secret}`],
    ['-e', `API_TOKEN=${secret}`],
    [`PGPASSWORD=${secret}`, 'psql'],
    ['-H', `Authorization: Bearer ${secret}`],
    [`--header=Cookie: session=${secret}`],
    [`https://user:${secret}@example.com/`],
    [`https://example.com/?access_token=${secret}&a=1`],
    ['-d', `{"password": "${secret}", "a": 1}`],
    ['-c', `mysql --password ${secret} -e "select 1"`],
    ['-c', `curl -H 'X-Api-Key: ${secret}' example.com`],
  ];
  for (const args of commands) {
    test(`in ${args.join(' ').replaceAll(secret, '…')}`, async () => {
      for (const command of ['/bin/true', '/no/such/command']) {
        const [way] = everyWay(undefined);
        const { log, output } = way as Way;
        const started = commandLogger({ log })(spawn(command, args));
        await new Promise((resolve) => started.on('error', resolve).on('close', resolve));
        expect(output()).toMatch(/command (finished|failed)/);
        expect(output()).not.toContain(secret);
        expect(output()).toContain('[redacted]');
      }
    });
  }

  test('and leaves the error that the program gets as it is', async () => {
    const [way] = everyWay(undefined);
    const started = spawn('/no/such/command', ['--password', secret]);
    commandLogger({ log: (way as Way).log })(started);
    const [error] = (await once(started, 'error')) as [{ spawnargs: string[] }];
    expect(error.spawnargs).toEqual(['--password', secret]);
  });
});
