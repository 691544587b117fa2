import { describe, expect, test } from 'vitest';
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
