import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asyncProperty, assert, integer } from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { auditLog, LoggerErrors, verifyAudit, type AuditOptions } from '../src/index.ts';

let directory = '';
let path = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'seaworthy-audit-'));
  path = join(directory, 'audit.log');
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

async function write(events: readonly string[], options: Partial<AuditOptions> = {}): Promise<void> {
  const audit = auditLog({ path, ...options });
  await Promise.all(events.map((event, index) => audit.record(event, { index })));
  await audit.close();
}

function lines(): string[] {
  return readFileSync(path, 'utf8').trimEnd().split('\n');
}

const code = (name: keyof typeof LoggerErrors) => expect.objectContaining({ code: LoggerErrors[name].code });

describe('an audit log', () => {
  test('numbers its entries and links each to the one before', async () => {
    await write(['login', 'grant']);
    const [first, second] = lines().map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(first).toMatchObject({ seq: 1, event: 'login', index: 0, prev: '0'.repeat(64) });
    expect(second).toMatchObject({ seq: 2, event: 'grant', index: 1, prev: first?.['hash'] });
  });

  test('goes on where it ended', async () => {
    await write(['a', 'b']);
    await write(['c']);
    expect(await verifyAudit(path)).toMatchObject({ isValid: true, entries: 3, head: { seq: 3 } });
  });

  test('tells where it stands', async () => {
    const audit = auditLog({ path });
    expect(audit.head.seq).toBe(0);
    const head = await audit.record('a');
    expect(audit.head).toEqual(head);
    await audit.close();
    await audit.close();
  });

  test('hides what it is told to, and the chain holds', async () => {
    const audit = auditLog({ path, redact: ['card.number', /token/] });
    await audit.record('pay', { card: { number: '4242' }, token: 't', seq: 'mine', hash: 'mine' });
    await audit.close();
    expect(JSON.parse(lines()[0] ?? '')).toMatchObject({
      card: { number: '[redacted]' },
      token: '[redacted]',
      seq: 1,
      seq_: 'mine',
      hash_: 'mine',
    });
    expect((await verifyAudit(path)).isValid).toBe(true);
  });

  test('holds any text and value', async () => {
    const audit = auditLog({ path });
    await audit.record('\u2028\n"', { text: '\u2028,"hash":"', deep: [1n, undefined], '"prev"': '","prev":"' });
    await audit.record('next');
    await audit.close();
    expect(await verifyAudit(path)).toMatchObject({ isValid: true, entries: 2 });
  });

  test('refuses entries after it was closed', async () => {
    const audit = auditLog({ path });
    await audit.close();
    await expect(audit.record('late')).rejects.toThrow(code('AUDIT_NOT_WRITTEN'));
  });

  test('that cannot be opened is refused', () => {
    writeFileSync(join(directory, 'plain'), '');
    expect(() => auditLog({ path: join(directory, 'plain', 'x.log') })).toThrow(code('FILE_NOT_OPENED'));
    expect(() => auditLog({ path: directory })).toThrow(code('FILE_NOT_OPENED'));
  });
});

describe('one writer at a time', () => {
  test('a second one is refused until the first closes', async () => {
    const first = auditLog({ path });
    expect(() => auditLog({ path })).toThrow(code('AUDIT_LOCKED'));
    await first.close();
    await auditLog({ path }).close();
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  const locks = [
    { name: 'of a process that is gone', text: '999999999', isRefused: false },
    { name: 'of an earlier process with the same id', text: String(process.pid), isRefused: false },
    { name: 'that is empty', text: '', isRefused: false },
    { name: 'of a process that runs', text: String(process.ppid), isRefused: true },
  ];
  for (const { name, text, isRefused } of locks) {
    test(`a lock ${name} is ${isRefused ? 'respected' : 'taken over'}`, async () => {
      writeFileSync(`${path}.lock`, text);
      const refusal = await write(['a']).catch((error: unknown) => error);
      expect(LoggerErrors.AUDIT_LOCKED.is(refusal)).toBe(isRefused);
    });
  }
});

describe('a torn last entry', () => {
  test('is taken off, and an entry tells of it', async () => {
    await write(['a']);
    appendFileSync(path, '{"seq":2,"timest');
    await write(['b']);
    expect(lines().map((line) => (JSON.parse(line) as { event: string }).event)).toEqual(['a', 'audit.recovered', 'b']);
    expect(JSON.parse(lines()[1] ?? '')).toMatchObject({ tornBytes: 16 });
    expect((await verifyAudit(path)).isValid).toBe(true);
  });

  test('that is all there is leaves an empty log', async () => {
    writeFileSync(path, '{"seq":1');
    await write(['a']);
    expect(await verifyAudit(path)).toMatchObject({ isValid: true, entries: 2 });
  });

  test('behind a very long entry is found', async () => {
    await write(['x'.repeat(200_000), 'y'.repeat(200_000)]);
    appendFileSync(path, 'z');
    await write(['b']);
    expect(await verifyAudit(path)).toMatchObject({ isValid: true, entries: 4 });
  });
});

describe('tampering', () => {
  const five = ['a', 'b', 'c', 'd', 'e'];
  const changes: { name: string; change: (all: string[]) => string[]; line: number; reason: RegExp }[] = [
    {
      name: 'a changed field',
      change: (all) => all.with(2, (all[2] ?? '').replace('"index":2', '"index":9')),
      line: 3,
      reason: /changed/,
    },
    { name: 'a removed entry', change: (all) => all.toSpliced(1, 1), line: 2, reason: /entry 2 is missing/ },
    { name: 'a removed first entry', change: (all) => all.slice(1), line: 1, reason: /entry 1 is missing/ },
    {
      name: 'two swapped entries',
      change: (all) => [all[0], all[2], all[1], all[3], all[4]].map(String),
      line: 2,
      reason: /missing/,
    },
    { name: 'a repeated entry', change: (all) => all.toSpliced(1, 0, all[0] ?? ''), line: 2, reason: /missing/ },
    { name: 'an added line', change: (all) => all.toSpliced(3, 0, '{}'), line: 4, reason: /not an audit entry/ },
  ];
  for (const { name, change, line, reason } of changes) {
    test(`${name} is found at line ${line}`, async () => {
      await write(five);
      writeFileSync(path, `${change(lines()).join('\n')}\n`);
      expect(await verifyAudit(path)).toMatchObject({
        isValid: false,
        entries: line - 1,
        firstBad: { line, reason: expect.stringMatching(reason) },
      });
    });
  }

  test('any changed byte is found', async () => {
    await write(five);
    const original = readFileSync(path);
    await assert(
      asyncProperty(integer({ min: 0, max: original.length - 1 }), integer({ min: 1, max: 255 }), async (at, by) => {
        const changed = Buffer.from(original);
        changed[at] = ((changed[at] ?? 0) + by) % 256;
        writeFileSync(path, changed);
        expect((await verifyAudit(path)).isValid).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  test('a chain written anew is found with a key, and not without', async () => {
    await write(five, { key: 'secret' });
    expect((await verifyAudit(path, { key: 'secret' })).isValid).toBe(true);
    rmSync(path);
    await write(five, { key: 'guessed' });
    expect(await verifyAudit(path, { key: 'secret' })).toMatchObject({ isValid: false, firstBad: { line: 1 } });
  });

  test('an end that was cut off is found with a head kept elsewhere', async () => {
    await write(five);
    const { head } = await verifyAudit(path);
    writeFileSync(path, `${lines().slice(0, 3).join('\n')}\n`);
    expect((await verifyAudit(path)).isValid).toBe(true);
    expect(await verifyAudit(path, { expected: head })).toMatchObject({
      isValid: false,
      firstBad: { line: 4, reason: 'the log ends before entry 5' },
    });
  });

  test('a log of other entries is found with a head kept elsewhere', async () => {
    await write(five);
    const { head } = await verifyAudit(path);
    rmSync(path);
    await write(['v', 'w', 'x', 'y', 'z', 'more']);
    expect(await verifyAudit(path, { expected: head })).toMatchObject({ isValid: false, firstBad: { line: 5 } });
  });

  test('is found at the last entry when the log is opened', async () => {
    await write(five);
    writeFileSync(path, readFileSync(path, 'utf8').replace('"index":4', '"index":5'));
    expect(() => auditLog({ path })).toThrow(code('AUDIT_DAMAGED'));
    expect(existsSync(`${path}.lock`)).toBe(false);
  });
});

describe('verifyAudit', () => {
  test('an empty log is valid', async () => {
    writeFileSync(path, '');
    expect(await verifyAudit(path)).toMatchObject({ isValid: true, entries: 0 });
  });

  test('rejects when the file cannot be read or the caller stops', async () => {
    await expect(verifyAudit(path)).rejects.toThrow('ENOENT');
    await write(['a']);
    await expect(verifyAudit(path, { signal: AbortSignal.abort() })).rejects.toThrow('aborted');
  });
});
