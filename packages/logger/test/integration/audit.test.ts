// Audit logs whose processes are killed, and processes that want to write the same one.
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { auditLog, LoggerErrors, verifyAudit } from '../../src/index.ts';
import { finish, smallDisk, start, startAfter } from './programs.ts';

const directory = mkdtempSync(join(tmpdir(), 'seaworthy-auditing-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Runs a writer until it has told of so many entries, kills it, and gives the number of the last one it told of. */
async function writeUntilKilled(path: string, entries: number): Promise<number> {
  const program = start('auditing', [path]);
  let told = '';
  program.stdout.on('data', (chunk: Buffer) => {
    told += String(chunk);
    if (told.split('\n').length > entries) program.kill('SIGKILL');
  });
  await once(program, 'close');
  return Number(told.slice(0, told.lastIndexOf('\n')).split('\n').at(-1));
}

async function ended(program: ReturnType<typeof start>): Promise<void> {
  if (program.exitCode === null && program.signalCode === null) await once(program, 'close');
}

test('entries that were acknowledged survive SIGKILL, and each next process goes on', async () => {
  const path = join(directory, 'killed.log');
  for (const entries of [1, 20, 7]) {
    const acknowledged = await writeUntilKilled(path, entries);
    const audit = auditLog({ path });
    await audit.record('after');
    await audit.close();
    const report = await verifyAudit(path);
    expect(report).toMatchObject({ isValid: true });
    expect(report.entries).toBeGreaterThan(acknowledged);
  }
});

test('of several processes that find the lock of a killed one, one writes and the others are refused', async () => {
  const path = join(directory, 'contended.log');
  await writeUntilKilled(path, 3);
  const programs = Array.from({ length: 5 }, () => start('auditing', [path]));
  const outcomes = await Promise.all(
    programs.map(async (program) => {
      let refusal = '';
      program.stderr.on('data', (chunk: Buffer) => (refusal += String(chunk)));
      const first = await Promise.race([
        once(program.stdout, 'data').then(() => 'writes'),
        once(program, 'close').then(() => 'ended'),
      ]);
      return first === 'writes' ? first : refusal;
    }),
  );
  for (const program of programs) program.kill('SIGKILL');
  const refusals = outcomes.filter((outcome) => outcome !== 'writes');
  expect(refusals).toHaveLength(4);
  for (const refusal of refusals) expect(refusal).toContain(LoggerErrors.AUDIT_LOCKED.code);
  await Promise.all(programs.map(ended));
  await auditLog({ path }).close();
  expect(await verifyAudit(path)).toMatchObject({ isValid: true });
});

test('a disk that fills up refuses entries, and takes them again when it has room, in a chain that holds', async ({
  skip,
}) => {
  const disk = join(directory, 'disk');
  mkdirSync(disk);
  const { mount, wrapper, problem } = smallDisk(disk);
  skip(problem !== undefined, problem);
  const { stdout, stderr, code } = await finish(startAfter(mount, 'auditing-full', [disk], wrapper));
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  const { promised, refusals, report } = JSON.parse(stdout) as {
    promised: number[];
    refusals: string[];
    report: unknown;
  };
  expect(refusals).toHaveLength(5);
  for (const refusal of refusals) expect(refusal).toContain('ENOSPC');
  expect(promised.length).toBeGreaterThan(5);
  expect(report).toMatchObject({ isValid: true, entries: promised.length });
});
