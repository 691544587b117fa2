import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  auditLog,
  commandLogger,
  createLogger,
  file,
  filter,
  http,
  httpLogger,
  levels,
  LoggerErrors,
  memory,
  performanceLogger,
  sinkTransport,
  stderr,
  stdout,
  verifyAudit,
  worker,
  wsLogger,
} from '../src/index.ts';

const directory = mkdtempSync(join(tmpdir(), 'options-'));
afterAll(() => rmSync(directory, { recursive: true }));

// What a program without a compiler hands over.
const any = (value: unknown): never => value as never;
const log = createLogger({ sinks: [memory()] });
const path = join(directory, 'it.log');
const url = 'http://127.0.0.1:1';
const module = new URL('none.js', import.meta.url);

const misspelt: { name: string; option: string; make: () => unknown }[] = [
  { name: 'createLogger', option: 'nmae', make: () => createLogger(any({ nmae: 'shop' })) },
  { name: 'redact', option: 'redact.censr', make: () => createLogger({ redact: any({ paths: ['a'], censr: 'x' }) }) },
  { name: 'event', option: 'mesage', make: () => log.event('x', {}, any({ mesage: 'y' })) },
  { name: 'stdout', option: 'levl', make: () => stdout(any({ levl: 'warn' })) },
  { name: 'stderr', option: 'levl', make: () => stderr(any({ levl: 'warn' })) },
  { name: 'memory', option: 'limt', make: () => memory(any({ limt: 1 })) },
  { name: 'file', option: 'rotat', make: () => file(any({ path, rotat: { size: '1m' } })) },
  { name: 'rotate', option: 'rotate.keepDay', make: () => file({ path, rotate: any({ size: '1m', keepDay: 3 }) }) },
  { name: 'http', option: 'header', make: () => http(any({ url, header: {} })) },
  { name: 'worker', option: 'option', make: () => worker(any({ module, option: {} })) },
  { name: 'sinkTransport', option: 'levl', make: () => sinkTransport(memory(), any({ levl: 'warn' })) },
  { name: 'levels.set', option: 'ttl', make: () => levels.set('a', 'debug', any({ ttl: 5 })) },
  { name: 'auditLog', option: 'kee', make: () => auditLog(any({ path, kee: 'secret' })) },
  { name: 'httpLogger', option: 'skipp', make: () => httpLogger(any({ log, skipp: () => true })) },
  { name: 'wsLogger', option: 'createId', make: () => wsLogger(any({ log, createId: () => '1' })) },
  { name: 'commandLogger', option: 'flags', make: () => commandLogger(any({ log, flags: /x/ })) },
  { name: 'performanceLogger', option: 'every', make: () => performanceLogger(any({ log, every: 5 })) },
];
for (const { name, option, make } of misspelt) {
  test(`${name} refuses the unknown option \`${option}\``, () => {
    expect(make).toThrow(
      expect.objectContaining({
        code: LoggerErrors.UNKNOWN_OPTION.code,
        message: expect.stringContaining(`There is no option \`${option}\`.`),
      }),
    );
  });
}

describe('what cannot be used is refused by its name', () => {
  const wrong: { option: string; make: () => unknown }[] = [
    { option: 'options', make: () => createLogger(any(null)) },
    { option: 'options', make: () => createLogger(any('shop')) },
    { option: 'name', make: () => createLogger({ name: any(null) }) },
    { option: 'name', make: () => createLogger({ name: any(Symbol('shop')) }) },
    { option: 'levelVariable', make: () => createLogger({ levelVariable: any(5) }) },
    { option: 'sinks', make: () => createLogger({ sinks: any(memory()) }) },
    { option: 'sinks', make: () => createLogger({ sinks: [any({})] }) },
    { option: 'sinks', make: () => createLogger({ sinks: [any(null)] }) },
    { option: 'transports', make: () => createLogger({ transports: [any({})] }) },
    { option: 'format.transform', make: () => createLogger({ format: any({}) }) },
    { option: 'serializers', make: () => createLogger({ serializers: any(5) }) },
    { option: 'serializers.req', make: () => createLogger({ serializers: any({ req: 'x' }) }) },
    { option: 'base', make: () => createLogger({ base: any('abc') }) },
    { option: 'base', make: () => createLogger({ base: any(null) }) },
    { option: 'context', make: () => createLogger({ context: any('no') }) },
    { option: 'otel', make: () => createLogger({ otel: any('yes') }) },
    { option: 'source', make: () => createLogger({ source: any(1) }) },
    { option: 'activeSpan', make: () => createLogger({ activeSpan: any({}) }) },
    { option: 'pretty', make: () => createLogger({ pretty: any('yes') }) },
    { option: 'laneBytes', make: () => createLogger({ laneBytes: any('16m') }) },
    { option: 'redact.censor', make: () => createLogger({ redact: { paths: ['a'], censor: any(5) } }) },
    { option: 'redact.remove', make: () => createLogger({ redact: { paths: ['a'], remove: any('no') } }) },
    { option: 'name', make: () => log.child({}, { name: any(null) }) },
    { option: 'options', make: () => log.child({}, any(null)) },
    { option: 'serializers.req', make: () => log.child({}, { serializers: any({ req: 5 }) }) },
    { option: 'schema', make: () => log.event('x', any(null)) },
    { option: 'schema.a', make: () => log.event('x', { a: any(5) }) },
    { option: 'path', make: () => file(any({})) },
    { option: 'path', make: () => file({ path: '' }) },
    { option: 'options', make: () => file(any(undefined)) },
    { option: 'rotate', make: () => file({ path, rotate: any(null) }) },
    { option: 'rotate.keep', make: () => file({ path, rotate: { size: 1, keep: 2.5 } }) },
    { option: 'rotate.keep', make: () => file({ path, rotate: { size: 1, keep: any('3') } }) },
    { option: 'rotate.keepDays', make: () => file({ path, rotate: { size: 1, keepDays: any('3') } }) },
    { option: 'rotate.gzip', make: () => file({ path, rotate: { size: 1, gzip: any('no') } }) },
    { option: 'pretty', make: () => stdout({ pretty: any('no') }) },
    { option: 'capBytes', make: () => stdout({ capBytes: any('16m') }) },
    { option: 'limit', make: () => memory({ limit: -1 }) },
    { option: 'limit', make: () => memory({ limit: Number.NaN }) },
    { option: 'headers', make: () => http({ url, headers: any('a: b') }) },
    { option: 'timeoutMs', make: () => worker({ module, timeoutMs: 2 ** 31 }) },
    { option: 'keep', make: () => filter(memory(), any('warn')) },
    { option: 'level', make: () => sinkTransport(memory(), { level: any(5) }) },
    { option: 'durability', make: () => sinkTransport(memory(), { durability: any('all') }) },
    { option: 'pattern', make: () => levels.set(any(undefined), 'debug') },
    { option: 'pattern', make: () => levels.set('', 'debug') },
    { option: 'ttlMs', make: () => levels.set('a', 'debug', { ttlMs: any('1000') }) },
    { option: 'options', make: () => levels.set('a', 'debug', any(null)) },
    { option: 'path', make: () => auditLog(any({})) },
    { option: 'headPath', make: () => auditLog({ path, headPath: any(true) }) },
    { option: 'log', make: () => httpLogger(any({})) },
    { option: 'requestIdHeader', make: () => httpLogger({ log, requestIdHeader: 'request id' }) },
    { option: 'createRequestId', make: () => httpLogger({ log, createRequestId: any('id') }) },
    { option: 'log', make: () => wsLogger({ log: any({ info() {} }) }) },
    { option: 'secretFlags', make: () => commandLogger({ log, secretFlags: any('pass') }) },
    { option: 'everyMs', make: () => performanceLogger({ log, everyMs: 0 }) },
    { option: 'everyMs', make: () => performanceLogger({ log, everyMs: 2 ** 31 }) },
  ];
  for (const [index, { option, make }] of wrong.entries()) {
    test(`${index + 1}: ${option}`, () => {
      expect(make).toThrow(
        expect.objectContaining({
          code: LoggerErrors.INVALID_OPTION.code,
          message: expect.stringMatching(new RegExp(`^Expected \`${option}\` to be .+, got .+\\.$`)),
        }),
      );
    });
  }
});

test('a child takes options of a framework, which hands its own to every logger', () => {
  expect(() => log.child({}, any({ logger: log, genReqId: () => '1' }))).not.toThrow();
});

test('an event of a level that is not there is refused, as it would never be logged', () => {
  expect(() => log.event('x', {}, { level: 'loud' })).toThrow('Level "loud" does not exist.');
});

test('a level that was refused leaves the registry as it was', () => {
  expect(() => levels.set(any(undefined), 'debug')).toThrow('Expected `pattern` to be a logger name or a pattern');
  expect(createLogger({ name: 'later', sinks: [] }).level).toBe('info');
});

test('a level for longer than a timer can wait is refused, where it was taken back at once', () => {
  expect(() => levels.set('a', 'debug', { ttlMs: 30 * 24 * 60 * 60 * 1000 })).toThrow('at most 2147483647');
});

describe('the key of an audit log', () => {
  test('is refused when it is empty, which is as good as none', () => {
    expect(() => auditLog({ path, key: '' })).toThrow('Expected `key` to be a secret text, or bytes, got "none".');
    expect(() => auditLog({ path, key: new Uint8Array() })).toThrow('Expected `key`');
  });

  test('is not shown when it is none', () => {
    const caught = (): unknown => auditLog({ path, key: any(['hunter2']) });
    expect(caught).toThrow('got "object"');
    expect(caught).not.toThrow('hunter2');
  });

  test('and what is expected of a log are checked where it is verified as well', async () => {
    await expect(verifyAudit(path, any({ exected: {} }))).rejects.toThrow('There is no option `exected`');
    await expect(verifyAudit(path, { key: '' })).rejects.toThrow('Expected `key`');
    await expect(verifyAudit(path, { expected: any('5:abc') })).rejects.toThrow('Expected `expected` to be a head');
  });
});
