import { describe, expect, test } from 'vitest';
import { recentErrors } from '../src/recent-errors.ts';
import { isLoopback, readOptions, type ManagementOptions } from '../src/options.ts';

const hosts: { host: string; isLocal: boolean }[] = [
  { host: '127.0.0.1', isLocal: true },
  { host: '127.8.9.10', isLocal: true },
  { host: 'LocalHost', isLocal: true },
  { host: '::1', isLocal: true },
  { host: '0.0.0.0', isLocal: false },
  { host: '::', isLocal: false },
  { host: '127.evil.example', isLocal: false },
  { host: '127.0.0.1.evil.example', isLocal: false },
  { host: '128.0.0.1', isLocal: false },
];
for (const { host, isLocal } of hosts) {
  test(`${host} ${isLocal ? 'is' : 'is not'} this machine alone`, () => {
    expect(isLoopback(host)).toBe(isLocal);
  });
}

test('the defaults are loopback, port 9090 and no token', () => {
  expect(readOptions({})).toMatchObject({
    front: { host: '127.0.0.1', port: 9090, token: undefined, timeoutMs: 5_000, hasDiagnostics: true },
    worker: false,
  });
});

describe('what is refused', () => {
  const wrong: { options: ManagementOptions; message: string }[] = [
    { options: { port: -1 }, message: 'Expected `port` to be a whole number from 0 to 65535, got `-1` (number).' },
    { options: { port: 1.5 }, message: 'got `1.5` (number)' },
    { options: { timeoutMs: 0 }, message: 'Expected `timeoutMs`' },
    { options: { closeTimeoutMs: 2 ** 31 }, message: 'Expected `closeTimeoutMs`' },
    { options: { maxBodyBytes: 0 }, message: 'Expected `maxBodyBytes`' },
    { options: { requestsPerSecond: 0 }, message: 'Expected `requestsPerSecond`' },
    { options: { failuresPerMinute: -1 }, message: 'Expected `failuresPerMinute`' },
    { options: { maxProfileMs: 9 }, message: 'Expected `maxProfileMs`' },
    { options: { maxHeapBytes: 0.5 }, message: 'Expected `maxHeapBytes`' },
    { options: { dumpTimeoutMs: 0 }, message: 'Expected `dumpTimeoutMs`' },
    { options: { worker: 'yes' as never }, message: 'Expected `worker` to be true or false, got `yes` (string)' },
    { options: { expose: ['health', 'beans'] }, message: 'Expected `expose` to be a list of health, info' },
    { options: { expose: 'health' as never }, message: 'got `health` (string)' },
    { options: { host: '' }, message: 'Expected `host` to be an address or name' },
    { options: { host: '0.0.0.0' }, message: 'beyond this machine (0.0.0.0) without a token' },
    { options: { token: 'too-short' }, message: 'got 9 characters (string)' },
    { options: { token: { reveal: () => '' } }, message: 'got 0 characters (string)' },
    { options: null as never, message: 'Expected `options` to be an object, got `null` (object)' },
    { options: { tokn: 'x'.repeat(16) } as never, message: 'There is no option `tokn`. Did you mean `token`?' },
    { options: { allowedHosts: 'app' as never }, message: 'Expected `allowedHosts` to be a list of DNS names' },
    { options: { allowedHosts: [5 as never] }, message: 'Expected `allowedHosts`' },
    { options: { info: 5 as never }, message: 'Expected `info` to be an object, or a function that gives one' },
    { options: { appDir: 5 as never }, message: 'Expected `appDir` to be the path of a folder, got `5` (number)' },
    { options: { lifecycle: 5 as never }, message: 'Expected `lifecycle` to be an object with `health`' },
    {
      options: { lifecycle: {} as never },
      message: 'Expected `lifecycle.health` to be an object with a function `check`',
    },
    { options: { loggers: {} as never }, message: 'Expected `loggers` to be an object with a function `list`' },
    {
      options: { loggers: { list: () => [], set: () => undefined } as never },
      message: 'Expected `loggers.names` to be a list of levels',
    },
    { options: { metrics: null as never }, message: 'Expected `metrics` to be an object with a function `render`' },
    { options: { config: {} as never }, message: 'Expected `config` to be an object with a function `describe`' },
    { options: { flags: {} as never }, message: 'Expected `flags` to be an object with a function `list`' },
    { options: { plugins: {} as never }, message: 'Expected `plugins` to be an object with a function `status`' },
    { options: { schemas: [] as never }, message: 'Expected `schemas` to be an object with a function `list`' },
    { options: { resilience: {} as never }, message: 'Expected `resilience` to be an object with a function `list`' },
    {
      options: { errors: { recent: () => [] } as never },
      message: 'Expected `errors` to be an object with a function `counts`',
    },
    {
      options: { logger: { info() {} } as never },
      message: 'Expected `logger` to be an object with a function `error`',
    },
  ];
  for (const { options, message } of wrong) {
    test(`${JSON.stringify(options)}: ${message}`, () => {
      expect(() => readOptions(options)).toThrow(message);
    });
  }
});

test('a revealable token is revealed once, at the start', () => {
  expect(readOptions({ token: { reveal: () => 'x'.repeat(16) } }).front.token).toBe('x'.repeat(16));
});

test('without diagnostics nothing watches the event loop', () => {
  expect(readOptions({ expose: ['health'] }).front.hasDiagnostics).toBe(false);
});

test('recentErrors refuses what it does not know', () => {
  expect(() => recentErrors({ limt: 5 } as never)).toThrow('There is no option `limt`. Did you mean `limit`?');
});
