import { describe, expect, test } from 'vitest';
import { finish, start } from './programs.ts';

function recordsOf(stdout: string): Record<string, unknown>[] {
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('a logger with sinks and no transport', () => {
  for (const kind of ['exception', 'rejection']) {
    test(`that handles an uncaught ${kind} writes it and ends the program with 1`, async () => {
      const { stdout, code } = await finish(start('uncaught', [kind, 'exits']));
      expect(code).toBe(1);
      expect(recordsOf(stdout)).toMatchObject([
        { level: 'error', message: expect.stringContaining('nobody catches this'), error: { type: 'TypeError' } },
      ]);
    });

    test(`goes on after an uncaught ${kind} when exitOnError is false`, async () => {
      const { stdout, code } = await finish(start('uncaught', [kind, 'stays']));
      expect(code).toBe(0);
      expect(recordsOf(stdout)).toMatchObject([{ level: 'error' }, { message: 'still alive' }]);
    });
  }
});
