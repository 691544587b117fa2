import { expect, test, vi } from 'vitest';
import { guardLogger } from '../src/guarded-logger.ts';

test('a logger is called with its fields first', () => {
  const logger = {
    info: vi.fn<(fields: object, message: string) => void>(),
    error: vi.fn<(fields: object, message: string) => void>(),
  };
  guardLogger(logger).info({ a: 1 }, 'said');
  guardLogger(logger).error({ b: 2 }, 'failed');
  expect(logger.info.mock.calls).toEqual([[{ a: 1 }, 'said']]);
  expect(logger.error.mock.calls).toEqual([[{ b: 2 }, 'failed']]);
});

test('a logger that throws is reported on standard error with what it could not take', () => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const broken = (): never => {
    throw new Error('disk full');
  };
  guardLogger({ info: broken, error: broken }).error({ a: 1 }, 'failed');
  const [text] = write.mock.calls[0] ?? [];
  write.mockRestore();
  expect(text).toMatch(/failed \{ a: 1 \}\nThe logger failed: Error: disk full/);
});

test('no logger is silent', () => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  guardLogger().error({ a: 1 }, 'failed');
  expect(write).not.toHaveBeenCalled();
  write.mockRestore();
});
