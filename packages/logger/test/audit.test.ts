import { createHash } from 'node:crypto';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asyncProperty, assert, integer } from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runAuditCli } from '../src/audit/cli.ts';
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
    expect(readdirSync(directory).toSorted()).toEqual(['audit.log', 'audit.log.head']);
  });

  test('by whatever link it comes to the file', async () => {
    const first = auditLog({ path });
    symlinkSync(path, join(directory, 'link.log'));
    expect(() => auditLog({ path: join(directory, 'link.log') })).toThrow(code('AUDIT_LOCKED'));
    await first.close();
  });

  const locks = [
    { name: 'of a process that is gone', text: '999999999', isRefused: false },
    { name: 'of an earlier process with the same id', text: String(process.pid), age: 1e6, isRefused: false },
    { name: 'of another thread of this process', text: String(process.pid), isRefused: true },
    { name: 'that is empty', text: '', isRefused: false },
    { name: 'of a process that runs', text: String(process.ppid), isRefused: true },
  ];
  for (const { name, text, age = 0, isRefused } of locks) {
    test(`a lock ${name} is ${isRefused ? 'respected' : 'taken over'}`, async () => {
      writeFileSync(`${path}.lock`, text);
      const madeAt = Date.now() / 1000 - age;
      utimesSync(`${path}.lock`, madeAt, madeAt);
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

  test('a chain written anew is found with a key', async () => {
    await write(five, { key: 'secret' });
    expect((await verifyAudit(path, { key: 'secret' })).isValid).toBe(true);
    for (const name of readdirSync(directory)) rmSync(join(directory, name));
    await write(five, { key: 'guessed' });
    expect(await verifyAudit(path, { key: 'secret' })).toMatchObject({ isValid: false, firstBad: { line: 1 } });
  });

  const cuts: { name: string; cut: (content: string) => string; line: number; reason: RegExp }[] = [
    { name: 'in the middle of a line', cut: (content) => content.slice(0, -40), line: 5, reason: /line is cut off/ },
    { name: 'by its line end', cut: (content) => content.slice(0, -1), line: 5, reason: /line is cut off/ },
    {
      name: 'by whole lines',
      cut: (content) => content.split('\n').slice(0, 3).join('\n') + '\n',
      line: 4,
      reason: /^the log ends before entry 5$/,
    },
    { name: 'altogether', cut: () => '', line: 1, reason: /^the log ends before entry 5$/ },
  ];
  for (const { name, cut, line, reason } of cuts) {
    test(`an end that was cut off ${name} is found at line ${line}, and when the log is opened`, async () => {
      await write(five);
      writeFileSync(path, cut(readFileSync(path, 'utf8')));
      const firstBad = { line, reason: expect.stringMatching(reason) };
      expect(await verifyAudit(path)).toMatchObject({ isValid: false, firstBad });
      expect(() => auditLog({ path })).toThrow(code('AUDIT_DAMAGED'));
    });
  }

  test('an end that was cut off with its head file is found with a head kept elsewhere', async () => {
    await write(five.slice(0, 3));
    copyFileSync(`${path}.head`, join(directory, 'earlier'));
    await write(five.slice(3));
    const { head: expected } = await verifyAudit(path);
    writeFileSync(path, `${lines().slice(0, 3).join('\n')}\n`);
    copyFileSync(join(directory, 'earlier'), `${path}.head`);
    expect((await verifyAudit(path)).isValid).toBe(true);
    const firstBad = { line: 4, reason: 'the log ends before entry 5' };
    expect(await verifyAudit(path, { expected })).toMatchObject({ isValid: false, firstBad });
  });

  test('a head file that is gone or was changed is found', async () => {
    await write(five, { key: 'secret' });
    const { head } = await verifyAudit(path, { key: 'secret' });
    const content = readFileSync(`${path}.head`, 'utf8');
    writeFileSync(`${path}.head`, content.replace(/"seq": +5/, '"seq":               4'));
    const changed = { line: 6, reason: expect.stringMatching(/head file .* was changed/) };
    expect(await verifyAudit(path, { key: 'secret' })).toMatchObject({ isValid: false, firstBad: changed });
    rmSync(`${path}.head`);
    const missing = { line: 6, reason: expect.stringMatching(/head file .* is missing/) };
    expect(await verifyAudit(path, { key: 'secret' })).toMatchObject({ isValid: false, firstBad: missing });
    expect(() => auditLog({ path, key: 'secret' })).toThrow(code('AUDIT_DAMAGED'));
    expect((await verifyAudit(path, { key: 'secret', headPath: false })).isValid).toBe(true);
    expect((await verifyAudit(path, { key: 'secret', expected: head })).isValid).toBe(true);
  });

  test('the head may be kept elsewhere, or not at all', async () => {
    const headPath = join(directory, 'other', 'head');
    await write(five, { headPath });
    expect((await verifyAudit(path, { headPath })).isValid).toBe(true);
    expect(existsSync(`${path}.head`)).toBe(false);
    rmSync(path);
    await write(five, { headPath: false });
    expect(await verifyAudit(path, { headPath: false })).toMatchObject({ isValid: true, entries: 5 });
  });

  /** Changes an entry and makes its hash anew, as somebody would who knows how. */
  function forge(line: string, change: (content: string) => string): string {
    const content = change(line.slice(0, line.lastIndexOf(',"hash":')));
    return `${content},"hash":"${createHash('sha256').update(content).digest('hex')}"}`;
  }

  for (const index of [0, 2, 3, 4]) {
    test(`entry ${index + 1} of 5 with a hash made anew is found at its own line`, async () => {
      await write(five);
      const all = lines();
      all[index] = forge(all[index] ?? '', (content) => content.replace(`"index":${index}`, '"index":9'));
      writeFileSync(path, `${all.join('\n')}\n`);
      expect(await verifyAudit(path)).toMatchObject({ isValid: false, entries: index, firstBad: { line: index + 1 } });
    });
  }

  test('a changed entry whose followers were all made anew is found at the last line', async () => {
    await write(five);
    const all = lines();
    for (let index = 2; index < 5; index += 1) {
      const { hash: prev } = JSON.parse(all[index - 1] ?? '') as { hash: string };
      const entry = (content: string) => content.replace(/"prev":".*"$/, `"prev":"${prev}"`);
      all[index] = forge(all[index] ?? '', (content) => entry(content).replace('"index":2', '"index":9'));
    }
    writeFileSync(path, `${all.join('\n')}\n`);
    expect(await verifyAudit(path)).toMatchObject({ isValid: false, firstBad: { line: 5 } });
    expect(() => auditLog({ path })).toThrow(code('AUDIT_DAMAGED'));
  });

  test('an entry put in between with a number and hash that fit is found', async () => {
    await write(five);
    const all = lines();
    const { hash: prev } = JSON.parse(all[1] ?? '') as { hash: string };
    const added = forge(all[2] ?? '', (content) =>
      content.replace('"event":"c"', '"event":"x"').replace(/"prev":".*"$/, `"prev":"${prev}"`),
    );
    writeFileSync(path, `${all.toSpliced(2, 0, added).join('\n')}\n`);
    expect(await verifyAudit(path)).toMatchObject({ isValid: false, firstBad: { line: 4 } });
  });

  test('bytes that read alike are told apart', async () => {
    await write(['\ufffd']);
    const bytes = readFileSync(path, 'latin1').replace('\xef\xbf\xbd', '\xff');
    writeFileSync(path, bytes, 'latin1');
    expect(await verifyAudit(path)).toMatchObject({ isValid: false, firstBad: { line: 1 } });
  });

  test('a log of other entries is found by its head file', async () => {
    await write(five);
    renameSync(`${path}.head`, join(directory, 'kept'));
    rmSync(path);
    await write(['v', 'w', 'x', 'y', 'z', 'more']);
    renameSync(join(directory, 'kept'), `${path}.head`);
    expect(await verifyAudit(path)).toMatchObject({ isValid: false, firstBad: { line: 5 } });
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

test('an event that is no text is refused', async () => {
  const audit = auditLog({ path });
  await expect(audit.record(null as never)).rejects.toThrow('Expected `event` to be a text, got null.');
  await audit.close();
});

describe('a log that somebody changes while it is written', () => {
  const changes: { title: string; change: () => void; reason: string }[] = [
    { title: 'deletes', change: () => rmSync(path), reason: 'it was deleted' },
    { title: 'cuts', change: () => writeFileSync(path, ''), reason: 'somebody else changed it: it has 0 bytes' },
    { title: 'writes to', change: () => appendFileSync(path, '{}\n'), reason: 'somebody else changed it' },
    {
      title: 'replaces',
      change: () => {
        const copy = readFileSync(path);
        rmSync(path);
        writeFileSync(path, copy);
      },
      reason: 'it was deleted',
    },
  ];
  for (const { title, change, reason } of changes) {
    test(`(7) takes no entry after somebody ${title} it`, async () => {
      const audit = auditLog({ path });
      await audit.record('a');
      change();
      for (const event of ['b', 'c']) {
        await expect(audit.record(event)).rejects.toMatchObject({
          code: LoggerErrors.AUDIT_NOT_WRITTEN.code,
          message: expect.stringContaining(reason),
          cause: expect.objectContaining({ code: LoggerErrors.AUDIT_DAMAGED.code }),
        });
      }
      expect(audit.head.seq).toBe(1);
      await audit.close();
    });
  }

  test('goes on where it was moved away, as whoever moved it has it', async () => {
    const audit = auditLog({ path });
    await audit.record('a');
    renameSync(path, `${path}.old`);
    await audit.record('b');
    await audit.close();
    expect(await verifyAudit(`${path}.old`, { headPath: `${path}.head` })).toMatchObject({ isValid: true, entries: 2 });
  });
});

describe('a disk that is full', () => {
  const full = '/dev/full';
  beforeEach(({ skip }) => skip(!existsSync(full), `this system has no ${full}`));

  test('makes the entry fail, and every one after it', async () => {
    symlinkSync(full, path);
    const audit = auditLog({ path, headPath: false });
    await expect(audit.record('a')).rejects.toThrow(code('AUDIT_NOT_WRITTEN'));
    await expect(audit.record('b')).rejects.toThrow(code('AUDIT_NOT_WRITTEN'));
    await audit.close();
  });
});

describe('whoever waits for the disk', () => {
  test('may give up; the entry may be there all the same, and the log goes on', async () => {
    const audit = auditLog({ path });
    const giving = new AbortController();
    const given = audit.record('a', {}, { signal: giving.signal });
    giving.abort(new Error('the request is over'));
    await expect(given).rejects.toThrow(/Audit entry 1 .*the request is over/);
    await audit.record('b');
    await audit.close();
    expect(await verifyAudit(path)).toMatchObject({ isValid: true, entries: 2 });
  });

  test('has nothing written for a signal that was aborted before', async () => {
    const audit = auditLog({ path });
    await expect(audit.record('a', {}, { signal: AbortSignal.abort() })).rejects.toThrow(code('AUDIT_NOT_WRITTEN'));
    expect(audit.head.seq).toBe(0);
    await audit.close();
  });

  test('to close may give up; the log is let go of when the disk is done', async () => {
    const audit = auditLog({ path });
    const recorded = audit.record('a');
    const giving = new AbortController();
    const closed = audit.close({ signal: giving.signal });
    giving.abort();
    await expect(closed).rejects.toThrow(code('AUDIT_NOT_WRITTEN'));
    await recorded;
    await audit.close();
    await auditLog({ path }).close();
    expect(await verifyAudit(path)).toMatchObject({ isValid: true, entries: 1 });
  });

  test('is refused a time that is none', async () => {
    const audit = auditLog({ path });
    await expect(audit.record('a', {}, { timeoutMs: 0 })).rejects.toThrow(code('INVALID_OPTION'));
    await expect(audit.close({ timeoutMs: Number.NaN })).rejects.toThrow(code('INVALID_OPTION'));
    await audit.close();
  });
});

describe('seaworthy-audit', () => {
  async function run(args: readonly string[], env: Record<string, string> = {}) {
    const said = { out: '', err: '' };
    const stdout = { write: (text: string) => (said.out += text) };
    const stderr = { write: (text: string) => (said.err += text) };
    const exitCode = await runAuditCli(args, { env, stdout, stderr });
    return { exitCode, ...said };
  }

  test('verify says that nothing was changed, and where the log stands', async () => {
    await write(['a', 'b'], { key: 'secret' });
    const { exitCode, out } = await run(['verify', path], { AUDIT_KEY: 'secret' });
    expect([exitCode, out]).toEqual([0, expect.stringMatching(/: 2 entries, none changed\. Head 2:[0-9a-f]{64}\n$/)]);
    const [, expected = ''] = /Head (\S+)/.exec(out) ?? [];
    expect((await run(['verify', '--no-head', '--expected', expected, path], { AUDIT_KEY: 'secret' })).exitCode).toBe(
      0,
    );
  });

  test('verify names the first bad line', async () => {
    await write(['a', 'b']);
    writeFileSync(path, readFileSync(path, 'utf8').replace('"index":1', '"index":9'));
    const { exitCode, out } = await run(['verify', path]);
    expect([exitCode, out]).toEqual([1, expect.stringContaining(`${path}:2: the entry was changed`)]);
    const { out: json } = await run(['verify', '--json', path]);
    expect(JSON.parse(json)).toMatchObject({ path, isValid: false, firstBad: { line: 2 } });
  });

  const wrong = [
    [],
    ['look'],
    ['verify'],
    ['verify', '--odd', 'x'],
    ['verify', '--expected', '5', 'x'],
    ['verify', '--head', 'h', 'x', 'y'],
  ];
  for (const args of wrong) {
    test(`${JSON.stringify(args)} is wrong usage`, async () => {
      expect(await run(args)).toMatchObject({ exitCode: 2, err: expect.stringContaining('--help') });
    });
  }

  test('a file that cannot be read is not a file that was changed', async () => {
    expect(await run(['verify', path])).toMatchObject({ exitCode: 3, err: expect.stringContaining('ENOENT') });
    expect(await run(['--help'])).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining('seaworthy-audit verify'),
    });
  });
});
