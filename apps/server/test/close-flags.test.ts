import { expect, test } from 'vitest';
import { closeFlags } from '../src/flags/close.ts';

function prepare() {
  const told: string[] = [];
  return {
    told,
    logger: { warn: (_fields: object, message: string) => void told.push(message) },
    audit: {
      [Symbol.asyncDispose]() {
        told.push('audit closed');
        return Promise.resolve();
      },
    },
  };
}

test('the record of changes is closed after the flags', async () => {
  const { told, logger, audit } = prepare();
  const close = async (): Promise<void> => void told.push('flags closed');
  await closeFlags({ close }, logger, audit);
  expect(told).toEqual(['flags closed', 'audit closed']);
});

test('flags that cannot be closed say so, and the record of changes is closed all the same', async () => {
  const { told, logger, audit } = prepare();
  const closing = closeFlags({ close: () => Promise.reject(new Error('no')) }, logger, audit);
  await expect(closing).rejects.toThrow('no');
  expect(told).toEqual(['audit closed']);
});

test('a store that hangs is left, and the record of changes is closed all the same', async () => {
  const { told, logger, audit } = prepare();
  await closeFlags({ close: () => new Promise(() => undefined) }, logger, audit);
  expect(told).toEqual(['the store of the flags does not answer, and is left', 'audit closed']);
});
