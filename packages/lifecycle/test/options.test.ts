import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { createLifecycle, type Lifecycle } from '../src/index.ts';
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
    { options: { signals: 'SIGTERM' }, message: 'Expected `signals` to be a list of signal names, got `SIGTERM`' },
    { options: { signals: ['SIGTREM'] }, message: 'names of signals that a process can listen to, got `SIGTREM`' },
    { options: { signals: ['SIGKILL'] }, message: 'names of signals that a process can listen to, got `SIGKILL`' },
    {
      options: { exitCodes: { SIGINT: 256 } },
      message: 'Expected `exitCodes.SIGINT` to be a whole number from 0 to 255',
    },
    { options: { exitCodes: 1 }, message: 'Expected `exitCodes` to be an object, got `1` (number).' },
    { options: { exit: 0 }, message: 'Expected `exit` to be a function, got `0` (number).' },
    { options: { logger: { info() {} } }, message: 'Expected `logger` to be an object with `info` and `error`' },
    { options: { onUncaught: 'explode' }, message: "Expected `onUncaught` to be 'drain' or 'off', got `explode`" },
  ];
  for (const { options, message } of wrong) {
    test(`${JSON.stringify(options)} is refused with a sentence that says why`, () => {
      expect(() => createLifecycle(options)).toThrow(message);
    });
  }

  const misspelt: { what: string; give: (life: Lifecycle) => unknown; option: string; known: string }[] = [
    {
      what: 'createLifecycle',
      give: () => createLifecycle({ gracems: 5 } as object),
      option: 'gracems',
      known: 'graceMs, lameDuckMs, onUncaught, logger, exitCodes, exit, signals',
    },
    {
      what: 'add',
      give: (life) => life.add('api', { dependsOn: ['db'] } as object),
      option: 'dependsOn',
      known: 'start, stop, after, timeoutMs, startTimeoutMs',
    },
    {
      what: 'http',
      give: (life) => life.http('api', createServer(), { drainMs: 1 } as object),
      option: 'drainMs',
      known: 'start, stop, after, timeoutMs, startTimeoutMs, idle',
    },
    {
      what: 'websocket',
      give: (life) => life.websocket('live', new WebSocketServer({ noServer: true }), { spreadMS: 1 } as object),
      option: 'spreadMS',
      known: 'after, spreadMs, timeoutMs',
    },
    {
      what: 'health.add',
      give: (life) => life.health.add('db', () => {}, { timeout: 1 } as object),
      option: 'timeout',
      known: 'groups, timeoutMs, ttlMs, critical, failAfter, passAfter',
    },
  ];
  for (const { what, give, option, known } of misspelt) {
    test(`${what} refuses the option ${option}, which it does not have, and says those that it has`, () => {
      expect(() => give(recording().life)).toThrow(
        expect.objectContaining({
          code: 'seaworthy.lifecycle.UNKNOWN_OPTION',
          message: `There is no option \`${option}\`. Correct or remove it. Known are: ${known}.`,
        }),
      );
    });
  }

  const nothing: { what: string; give: (life: Lifecycle) => unknown }[] = [
    { what: 'http', give: (life) => life.http('api', createServer(), null as never) },
    {
      what: 'websocket',
      give: (life) => life.websocket('live', new WebSocketServer({ noServer: true }), null as never),
    },
    { what: 'health.add', give: (life) => life.health.add('db', () => {}, null as never) },
  ];
  for (const { what, give } of nothing) {
    test(`${what} refuses options that are null`, () => {
      expect(() => give(recording().life)).toThrow('Expected `options` to be an object, got `null` (null).');
    });
  }

  test('an object of a class is a resource, whatever else it has, and its methods have their `this`', async () => {
    class Pool {
      readonly size = 3;
      readonly calls: string[] = [];
      start(): void {
        this.calls.push(`start ${this.size}`);
      }
      stop(): void {
        this.calls.push(`stop ${this.size}`);
      }
    }
    const pool = new Pool();
    const { life } = recording();
    life.add('pool', pool);
    await settle(life.start());
    await settle(life.stop());
    expect(pool.calls).toEqual(['start 3', 'stop 3']);
  });

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

  const resources: { name: unknown; resource: unknown; message: string }[] = [
    { name: '', resource: {}, message: 'Expected `name` to be a text that is not empty, got `` (string).' },
    { name: Symbol('db'), resource: {}, message: 'Expected `name` to be a text that is not empty' },
    { name: 'db', resource: null, message: 'Expected `resource` to be an object, got `null` (null).' },
    { name: 'db', resource: { start: true }, message: 'Expected `start` to be a function, got `true` (boolean).' },
    { name: 'db', resource: { stop: 'now' }, message: 'Expected `stop` to be a function, got `now` (string).' },
    { name: 'db', resource: { after: 'queue' }, message: 'Expected `after` to be a list of names, got `queue`' },
    { name: 'db', resource: { after: [7] }, message: 'Expected `after` to be a text that is not empty, got `7`' },
    { name: 'db', resource: { timeoutMs: 0 }, message: 'Expected `timeoutMs` to be a number from 1' },
    { name: 'db', resource: { startTimeoutMs: '1' }, message: 'Expected `startTimeoutMs` to be a number from 1' },
  ];
  for (const { name, resource, message } of resources) {
    test(`a resource is refused: ${message}`, () => {
      const add = recording().life.add as (name: unknown, resource: unknown) => void;
      expect(() => add(name, resource)).toThrow(
        expect.objectContaining({
          code: 'seaworthy.lifecycle.INVALID_OPTION',
          message: expect.stringContaining(message),
        }),
      );
    });
  }

  test('only promises are tracked, under names', () => {
    const track = recording().life.track as (work: unknown, name?: unknown) => unknown;
    expect(() => track(7)).toThrow('Expected `work` to be a promise, got `7` (number).');
    expect(() => track(Promise.resolve(), 7)).toThrow('Expected `name` to be a text that is not empty');
  });

  test('a name is taken once, and nothing is added after the start', async () => {
    const { life, part } = recording();
    part('db');
    expect(() => part('db')).toThrow('The name "db" is taken by another resource.');
    await settle(life.start());
    expect(() => part('late')).toThrow('Cannot add "late" while the lifecycle is ready.');
  });

  test('only a WebSocket server can send clients away, and a refused one keeps its name free', () => {
    const { life, part } = recording();
    const add = life.websocket as (name: string, server: unknown) => void;
    expect(() => add('live', { clients: 3 })).toThrow('Expected `server` to be a WebSocketServer of the ws package');
    part('live');
  });

  test('only a server can be drained', () => {
    const server = { listening: true, on: () => {}, close: () => {} };
    expect(() => recording().life.http('api', server)).toThrow(
      'Expected `server` to be a node:http, node:https or node:http2 server',
    );
  });
});
