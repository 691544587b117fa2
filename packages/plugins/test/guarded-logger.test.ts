import { expect, test } from 'vitest';
import { guardLogger } from '../src/guarded-logger.ts';

test('what a logger cannot take goes to standard error, with what it failed with', () => {
  const printed: string[] = [];
  const error = (): never => {
    throw new Error('no disk');
  };
  const logger = guardLogger({ info() {}, error }, (text) => void printed.push(text));
  logger.error({ plugin: 'mail' }, 'The plugin failed');
  logger.info({}, 'taken');
  expect(printed).toEqual([
    expect.stringMatching(/^The plugin failed \{ plugin: 'mail' \}\nThe logger failed: Error: no disk/),
  ]);
});
