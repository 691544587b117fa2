// What strangers are refused is written down, in a bounded number of entries.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { auditLog, verifyAudit } from '@seaworthy/logger';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { boundRefusals, type BoundedRefusals, type BoundedRefusalsOptions } from '../src/refusals.ts';

let folder: string;
let path: string;
let log: ReturnType<typeof auditLog>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'seaworthy-refusals-'));
  path = join(folder, 'audit.log');
  log = auditLog({ path });
});
afterEach(async () => {
  vi.useRealTimers();
  await log.close();
  rmSync(folder, { recursive: true, force: true });
});

const bounded = (options: BoundedRefusalsOptions = {}): BoundedRefusals =>
  boundRefusals(
    { record: async (event, fields) => void (await log.record(event, fields)) },
    { perAddress: 3, inAll: 5, ...options },
  );
const code = 'seaworthy.server.UNAUTHORIZED';
const refuse = async (trail: BoundedRefusals, address: string, times: number): Promise<void> => {
  for (let count = 0; count < times; count += 1) await trail.record('refused', { code, address });
};
const entries = (): { readonly event: string; readonly fields?: Readonly<Record<string, unknown>> }[] =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as never);
const events = (): string[] => entries().map(({ event }) => event);

test('(1) an address gets so many entries, and all addresses together so many', async () => {
  const trail = bounded();
  await refuse(trail, '198.51.100.7', 50);
  expect(events()).toEqual(['refused', 'refused', 'refused']);
  for (let last = 1; last < 200; last += 1) await refuse(trail, `203.0.113.${last}`, 1);
  expect(events()).toHaveLength(5);
});

test('(1) the addresses of one IPv6 network count as one', async () => {
  const trail = bounded();
  for (let last = 1; last < 50; last += 1) await refuse(trail, `2001:db8::${last}`, 1);
  expect(events()).toHaveLength(3);
});

test('(2) what is more is told with its count, its addresses and its reasons, and the chain holds', async () => {
  const trail = bounded();
  await refuse(trail, '198.51.100.7', 10);
  await trail.record('login failed', { address: '198.51.100.7', account: 'ada' });
  for (let last = 0; last < 200; last += 1) await refuse(trail, `203.0.113.${last}`, 1);
  await trail.flush();
  await log.close();
  const text = JSON.stringify(entries().at(-1));
  expect(text).toContain('"event":"more refused"');
  // Three and two were written.
  expect(text).toContain(`"count":${10 + 1 + 200 - 5},`);
  expect(text).toContain(`{"address":"198.51.100.7","count":8,"reasons":{"${code}":7,"login failed":1}}`);
  expect(text).toContain('{"address":"others","count":99,');
  expect(await verifyAudit(path)).toMatchObject({ isValid: true, entries: 6 });
});

test('(2) the window ends by itself, and the next one begins with nothing counted', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const trail = bounded({ windowMs: 60_000 });
  await refuse(trail, '198.51.100.7', 4);
  await vi.advanceTimersByTimeAsync(60_000);
  await refuse(trail, '198.51.100.7', 1);
  await vi.waitFor(() =>
    expect(events().toSorted()).toEqual(['more refused', 'refused', 'refused', 'refused', 'refused']),
  );
});

test('(2) where nothing was left out, nothing is told', async () => {
  const trail = bounded();
  await refuse(trail, '198.51.100.7', 3);
  await trail.flush();
  expect(events()).toEqual(['refused', 'refused', 'refused']);
});

test('(3) what was done is always written', async () => {
  const trail = bounded();
  await refuse(trail, '198.51.100.7', 50);
  for (let count = 0; count < 20; count += 1) await trail.record('token created', { address: '198.51.100.7' });
  expect(events().filter((event) => event === 'token created')).toHaveLength(20);
});
