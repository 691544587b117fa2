import { expect, test } from 'vitest';
import { fastifyLogger, type HttpLogger } from '../src/http/fastify-logger.ts';
import { silentLogger } from './support/silent-logger.ts';

test("Fastify's calls arrive fields first, whatever their shape", () => {
  const calls: unknown[][] = [];
  const record = (...words: unknown[]): void => void calls.push(words);
  const logger: HttpLogger = {
    ...silentLogger,
    level: 'debug',
    info: record,
    child: () => ({ ...logger, warn: record }),
  };
  const log = fastifyLogger(logger);
  log.info({ a: 1 }, 'said');
  log.info({ a: 1 });
  log.info('only words');
  log.child({ part: 'x' }).warn({ b: 2 }, 'from below');
  log.silent('never');
  expect(log.level).toBe('debug');
  expect(calls).toEqual([[{ a: 1 }, 'said'], [{ a: 1 }, undefined], ['only words'], [{ b: 2 }, 'from below']]);
});

test('a child is made when something is written to it', () => {
  const made: object[] = [];
  const said: unknown[] = [];
  const child: HttpLogger = { ...silentLogger, info: (...words: unknown[]) => void said.push(words) };
  const log = fastifyLogger({ ...silentLogger, child: (fields) => (made.push(fields), child) }, { reqId: 'a' });
  expect(made).toEqual([]);
  log.info('one');
  log.info({ b: 2 }, 'two');
  expect([made, said]).toEqual([[{ reqId: 'a' }], [['one'], [{ b: 2 }, 'two']]]);
});
