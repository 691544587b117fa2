import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { auditLog } from '@seaworthy/logger';
import { expect, test } from 'vitest';
import { CliErrors } from '../src/errors.ts';
import { verify } from '../src/handlers/logs.ts';
import { fakeIo } from './support/io.ts';
import { writeProject } from './support/project.ts';

const name = 'audit.log';

async function writeLog(key?: string) {
  const cwd = writeProject({ 'package.json': '{}' });
  const path = join(cwd, name);
  const audit = auditLog({ path, ...(key && { key }) });
  for (const role of ['reader', 'writer', 'admin']) await audit.record('role granted', { role });
  await audit.close();
  const { seq, hash } = audit.head;
  return { path, head: `${seq}:${hash}`, io: fakeIo({ cwd, variables: { AUDIT_KEY: key } }) };
}

test('an untouched log holds, and its head is printed', async () => {
  const { io, head } = await writeLog();
  expect(await verify({}, name, io)).toBe(0);
  expect(io.out()).toBe(`audit.log: 3 entries, none changed. Its head is ${head}\n`);
});

const damages: readonly { name: string; change: (lines: string[]) => string[]; line: number }[] = [
  { name: 'edited', change: (lines) => lines.map((line) => line.replace('writer', 'reader')), line: 2 },
  { name: 'removed', change: ([first = '', , last = '']) => [first, last], line: 2 },
  { name: 'swapped', change: ([first = '', second = '', last = '']) => [second, first, last], line: 1 },
];
for (const { name: damage, change, line } of damages) {
  test(`a line that was ${damage} is named, and the exit code is 1`, async () => {
    const { io, path } = await writeLog();
    writeFileSync(path, `${change(readFileSync(path, 'utf8').trimEnd().split('\n')).join('\n')}\n`);
    expect(await verify({}, name, io)).toBe(1);
    expect(io.out()).toMatch(new RegExp(`^audit\\.log:${line}  `));
  });
}

test('a cut-off end is seen by the head beside the log', async () => {
  const { io, path } = await writeLog();
  writeFileSync(path, readFileSync(path, 'utf8').split('\n').slice(0, 2).join('\n') + '\n');
  expect(await verify({}, name, io)).toBe(1);
});

test('a cut-off end is seen by a head that was kept elsewhere', async () => {
  const { io, path, head } = await writeLog();
  writeFileSync(path, readFileSync(path, 'utf8').split('\n').slice(0, 2).join('\n') + '\n');
  expect(await verify({ expected: head }, name, io)).toBe(1);
  expect(io.out()).toContain('audit.log:3  the log ends before entry 3.');
});

test('a log with a key is checked with the key of an environment variable', async () => {
  const { io } = await writeLog('secret');
  expect(await verify({ keyVariable: 'AUDIT_KEY' }, name, io)).toBe(0);
  expect(await verify({}, name, io)).toBe(1);
});

const mistakes = [
  { flags: { keyVariable: 'NO_KEY' }, file: name, code: CliErrors.KEY_VARIABLE_EMPTY.code },
  { flags: { expected: '3:beef' }, file: name, code: CliErrors.HEAD_UNREADABLE.code },
  { flags: {}, file: 'missing.log', code: CliErrors.AUDIT_LOG_UNREADABLE.code },
];
for (const { flags, file, code } of mistakes) {
  test(`${JSON.stringify(flags)} of ${file} ends with ${code}`, async () => {
    const { io } = await writeLog();
    await expect(verify(flags, file, io)).rejects.toMatchObject({ code });
  });
}
