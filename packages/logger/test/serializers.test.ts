import { describe, expect, test } from 'vitest';
import { latest, logToMemory } from './records.ts';

const serializers = {
  req: ({ method }: { method: string }) => ({ method }),
  user: () => {
    throw new TypeError('no user');
  },
  err: () => 'never asked',
};

describe('serializers', () => {
  test('write the fields of their names, in records and bound fields', () => {
    const { log, sink } = logToMemory({ serializers });
    log.info({ req: { method: 'GET', headers: { cookie: 'c' } }, other: 1 }, 'm');
    expect(latest(sink)).toMatchObject({ req: { method: 'GET' }, other: 1 });
    expect(latest(sink)['req']).not.toHaveProperty('headers');
    log.child({ req: { method: 'PUT', secret: 1 } }).info('m');
    expect(latest(sink)['req']).toEqual({ method: 'PUT' });
  });

  test('of a child are added to those of its parent, and leave that as it was', () => {
    const { log, sink } = logToMemory({ serializers });
    log.child({}, { serializers: { res: () => 'RES', req: () => 'REQ' } }).info('m', { req: {}, res: {} });
    expect(latest(sink)).toMatchObject({ req: 'REQ', res: 'RES' });
    log.info('m', { req: { method: 'GET' }, res: { a: 1 } });
    expect(latest(sink)).toMatchObject({ req: { method: 'GET' }, res: { a: 1 } });
  });

  test('that throw leave a note, and errors are written as always', () => {
    const { log, sink } = logToMemory({ serializers });
    log.error({ err: new TypeError('boom'), user: {} }, 'm');
    expect(latest(sink)).toMatchObject({ err: { type: 'TypeError', message: 'boom' }, user: '[unreadable: no user]' });
  });

  test('come before anything is hidden', () => {
    const { log, sink } = logToMemory({
      serializers: { req: ({ cookie }: { cookie: string }) => ({ token: cookie }) },
      redact: ['req.token'],
    });
    log.info({ req: { cookie: 'c' } }, 'm');
    expect(latest(sink)['req']).toEqual({ token: '[redacted]' });
  });

  test('are where pino has them', () => {
    const { log } = logToMemory({ serializers });
    expect(Reflect.get(log, Symbol.for('pino.serializers'))).toBe(serializers);
  });
});
