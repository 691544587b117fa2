import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { auditLog } from '@seaworthy/logger';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readAuditRecords, type AuditQuery } from '../../src/modules/admin/audit-records.ts';

const folder = mkdtempSync(join(tmpdir(), 'seaworthy-audit-'));
const path = join(folder, 'audit.log');
const entries = 1_200;

beforeAll(async () => {
  const log = auditLog({ path });
  // Longer together than what is read at a time, with characters of several bytes at each end of it.
  const writing = Array.from({ length: entries }, (_, index) =>
    log.record(index % 2 === 0 ? 'token created' : 'login failed', {
      account: `person-${index % 3}`,
      address: '127.0.0.1',
      text: 'ü€'.repeat(20),
    }),
  );
  await Promise.all(writing);
  await log.close();
});

afterAll(() => rmSync(folder, { recursive: true }));

const read = (query: Partial<AuditQuery> = {}) =>
  readAuditRecords(path, { size: 50, ...query }, AbortSignal.timeout(10_000));

test('the newest come first, and each answer says where the next one goes on, until all were seen once', async () => {
  const seen: number[] = [];
  let before: number | undefined;
  for (;;) {
    const { records, next } = await read({ size: 100, before });
    seen.push(...records.map(({ seq }) => seq));
    if (next === null) break;
    before = next;
  }
  expect(seen).toEqual(Array.from({ length: entries }, (_, index) => entries - index));
});

test('entries are found by who, by what and by when, whatever is between them', async () => {
  const found = await read({ who: 'person-1', what: 'TOKEN' });
  expect(found.records).toHaveLength(50);
  expect(new Set(found.records.map(({ event, fields }) => `${event} ${String(fields['account'])}`))).toEqual(
    new Set(['token created person-1']),
  );
  expect((await read({ who: 'nobody' })).records).toEqual([]);
  expect((await read({ who: '127.0.0.1', size: 1 })).records).toHaveLength(1);
  expect((await read({ since: '2999-01-01' })).records).toEqual([]);
  expect((await read({ until: '2001-01-01' })).records).toEqual([]);
  expect(found.records[0]?.fields['text']).toBe('ü€'.repeat(20));
});

test('a place inside of a line, or behind the end, is read from the next whole line in front of it', async () => {
  const { next } = await read({ size: 1 });
  const [inside] = (await read({ size: 1, before: (next as number) + 5 })).records;
  expect(inside?.seq).toBe(entries - 1);
  expect((await read({ size: 1, before: Number.MAX_SAFE_INTEGER })).records[0]?.seq).toBe(entries);
});

test('a line that is not whole, and one that is no entry, are left out', async () => {
  appendFileSync(path, 'no entry\n{"seq":7,"timestamp":"2026');
  expect((await read({ size: 1 })).records[0]?.seq).toBe(entries);
});

test('a file that is not there is an error, and so is a deadline that is over', async () => {
  await expect(readAuditRecords(join(folder, 'none'), { size: 1 }, AbortSignal.timeout(1_000))).rejects.toThrow(
    'ENOENT',
  );
  await expect(readAuditRecords(path, { size: 1 }, AbortSignal.abort())).rejects.toThrow('aborted');
});
