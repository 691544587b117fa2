import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { createLogger, stdout } from '../../src/index.ts';
import { finish, start } from './programs.ts';

interface Line {
  readonly index?: number;
  readonly dropped?: number;
}

function recordsOf(output: string): readonly Line[] {
  return output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

test('block holds the program until its reader has made room, and every record arrives', async () => {
  const program = start('full-pipe', ['block']);
  const { stdout: output, stderr } = await finish(program);
  expect(recordsOf(output).map(({ index }) => index)).toEqual(Array.from({ length: 1000 }, (_, index) => index));
  expect(JSON.parse(stderr)).toEqual({ dropped: 0 });
});

test('block holds the program while nobody reads', async () => {
  const program = start('full-pipe', ['block']);
  const errors = text(program.stderr);
  // Nobody reads a byte: each record past the limit would wait, so the program is ended once it has been seen to wait.
  const exited = once(program, 'exit');
  const outcome = await Promise.race([once(program.stderr, 'data').then(() => 'told'), waited(3000)]);
  program.kill('SIGKILL');
  await exited;
  expect([outcome, await errors]).toEqual(['waiting', '']);
});

test('sample keeps one of ten from half of the limit on, so that more of the time is seen', async () => {
  const kept = async (whenFull: string) => {
    const program = start('full-pipe', [whenFull]);
    await once(program.stderr, 'data');
    return recordsOf((await finish(program)).stdout).flatMap(({ index }) => (index === undefined ? [] : [index]));
  };
  const [sampled, dropped] = [await kept('sample'), await kept('drop')];
  expect(Math.max(...sampled)).toBeGreaterThan(500);
  expect(Math.max(...dropped)).toBeLessThan(300);
});

test('another word is refused', () => {
  expect(() => createLogger({ sinks: [stdout({ whenFull: 'wait' as 'drop' })] })).toThrow(/`whenFull`.*"wait"/);
});

async function waited(ms: number): Promise<string> {
  return new Promise((resolve) => setTimeout(() => resolve('waiting'), ms));
}
