import { expect, test } from 'vitest';
import { finish, start } from './programs.ts';

test('a record of a worker has the number of its thread where its preset puts it, one of the main thread has none', async () => {
  const { stdout, code } = await finish(start('threaded', []));
  const records = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const fields = records.map((record) => (record['Attributes'] ?? record) as Record<string, unknown>);
  const threads = fields.map((record) => record['thread'] ?? record['process.thread.id'] ?? record['thread.id']);
  expect(code).toBe(0);
  expect(fields.map(({ threadId }) => threadId)).toEqual([...Array(7).fill(0), ...Array(7).fill(1)]);
  // winston's own preset adds nothing by itself.
  expect(threads).toEqual([...Array(7).fill(undefined), 1, 1, 1, 1, 1, 1, undefined]);
});
