import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createLifecycle } from '../src/index.ts';
import { recording, settle } from './recording.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('options', () => {
  const wrong: { options: object; message: string }[] = [
    { options: { graceMs: -1 }, message: 'Expected `graceMs` to be a number from 1 to 2147483647, got `-1` (number).' },
    { options: { graceMs: Infinity }, message: 'got `Infinity` (number).' },
    { options: { graceMs: '5s' }, message: 'got `5s` (string).' },
    { options: { lameDuckMs: NaN }, message: 'Expected `lameDuckMs` to be a number from 0' },
    {
      options: { graceMs: 10, lameDuckMs: 10 },
      message: 'Expected `lameDuckMs` to be less than graceMs (10), got `10`',
    },
    { options: { onUncaught: 'explode' }, message: "Expected `onUncaught` to be 'drain' or 'off', got `explode`" },
  ];
  for (const { options, message } of wrong) {
    test(`${JSON.stringify(options)} is refused with a sentence that says why`, () => {
      expect(() => createLifecycle(options)).toThrow(message);
    });
  }

  const graphs: { title: string; parts: Record<string, string[]>; code: string; message: string }[] = [
    {
      title: 'an unknown name',
      parts: { api: ['db'] },
      code: 'UNKNOWN_DEPENDENCY',
      message: '"api" starts after "db"',
    },
    { title: 'a cycle', parts: { a: ['b'], b: ['c'], c: ['b'] }, code: 'DEPENDENCY_CYCLE', message: 'b → c → b' },
    { title: 'itself', parts: { a: ['a'] }, code: 'DEPENDENCY_CYCLE', message: 'a → a' },
  ];
  for (const { title, parts, code, message } of graphs) {
    test(`waiting for ${title} is refused at start, and nothing starts`, async () => {
      const { life, log, part } = recording();
      for (const [name, dependencies] of Object.entries(parts)) part(name, { after: dependencies });
      const error = await settle(life.start()).catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code: `seaworthy.lifecycle.${code}`, message: expect.stringContaining(message) });
      expect(log).toEqual([]);
      expect(life.state).toBe('idle');
    });
  }

  test('a name is taken once, and nothing is added after the start', async () => {
    const { life, part } = recording();
    part('db');
    expect(() => part('db')).toThrow('The name "db" is taken by another resource.');
    await settle(life.start());
    expect(() => part('late')).toThrow('Cannot add "late" while the lifecycle is ready.');
  });

  test('only a server can be drained', () => {
    const server = { listening: true, on: () => {}, close: () => {} };
    expect(() => recording().life.http('api', server)).toThrow(
      'Expected `server` to be a node:http, node:https or node:http2 server',
    );
  });
});
