import { once } from 'node:events';
import { expect, test } from 'vitest';
import { finish, indexesOf, start } from './programs.ts';

const all = Array.from({ length: 1000 }, (_, index) => index);

for (const mode of ['exit', 'close', 'end']) {
  test(`a full pipe does not block the program, and every record arrives (${mode})`, async () => {
    const program = start('slow-reader', [mode]);
    // The program has logged everything by the time it says so, and nobody has read a byte of its output.
    const [said] = (await once(program.stderr, 'data')) as [Buffer];
    const { pendingAfterLogging } = JSON.parse(String(said).split('\n')[0] ?? '') as { pendingAfterLogging: number };
    expect(pendingAfterLogging).toBeGreaterThan(0);
    const { stdout, stderr, code } = await finish(program);
    expect(indexesOf(stdout)).toEqual(all);
    expect([code, mode !== 'close' || stderr.includes('done')]).toEqual([0, true]);
  });
}

test('past the cap records are given up, and a record tells how many', async () => {
  const program = start('slow-reader', ['small cap']);
  await once(program.stderr, 'data');
  const { stdout } = await finish(program);
  const records = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { index?: number; dropped?: number });
  const notes = records.filter(({ dropped }) => dropped !== undefined);
  const kept = records.length - notes.length;
  expect(notes).toHaveLength(1);
  expect(notes[0]).toMatchObject({ level: 'warn', logger: 'seaworthy.logger', sink: 'stdout', dropped: 1000 - kept });
  expect(kept).toBeGreaterThan(0);
});

test('a reader that goes away ends neither the program nor its exit code', async () => {
  const program = start('slow-reader', ['end']);
  await once(program.stderr, 'data');
  program.stdout.destroy();
  const [code] = (await once(program, 'exit')) as [number | null];
  expect(code).toBe(0);
});
