import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFlags, memory, type FlagDocument, type FlagSource } from '../src/index.ts';
import { toggle } from './make.ts';

const on: FlagDocument = { flags: { a: toggle('on') } };
const off: FlagDocument = { flags: { a: toggle('off') } };
const failing: FlagSource = { name: 'failing', load: () => Promise.reject(new Error('no route')) };

let folder = '';
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'flags-history-'))));
afterEach(() => rmSync(folder, { recursive: true }));

test('the history tells what changed, why and by whom', async () => {
  const source = memory(on);
  const flags = await createFlags({ source });
  source.set(off);
  await flags.reload();
  flags.rollback(1, { by: 'ada' });
  expect(flags.history()).toMatchObject([
    { version: 1, cause: 'load', source: 'memory', added: ['a'] },
    { version: 2, cause: 'load', changed: ['a'] },
    { version: 3, cause: 'rollback', by: 'ada', changed: ['a'] },
  ]);
  expect(flags.history().every(({ at }) => !Number.isNaN(Date.parse(at)))).toBe(true);
  expect(flags.value('a')).toBe(true);
});

test('(4) a rollback lasts until the source has another text', async () => {
  const source = memory(on);
  const flags = await createFlags({ source });
  const handle = flags.handle('a');
  source.set(off);
  await flags.reload();
  flags.rollback(1);
  await flags.reload();
  expect([flags.value('a'), handle.value()]).toEqual([true, true]);
  source.set({ flags: { a: toggle('off', { metadata: { note: 'again' } }) } });
  await flags.reload();
  expect([flags.value('a'), handle.value()]).toEqual([false, false]);
});

test('listeners hear of a rollback', async () => {
  const source = memory(on);
  const flags = await createFlags({ source });
  source.set(off);
  await flags.reload();
  const causes: string[] = [];
  flags.on('change', ({ cause }) => causes.push(cause));
  flags.rollback(1);
  expect(causes).toEqual(['rollback']);
});

test('a version that is not there is refused, and so is one of closed flags', async () => {
  const flags = await createFlags({ source: memory(on) });
  expect(() => flags.rollback(7)).toThrow('There is no version 7 of the flags to go back to; there are 1.');
  await flags.close();
  expect(() => flags.rollback(1)).toThrow(expect.objectContaining({ code: 'seaworthy.flags.CLOSED' }));
});

test('older versions than the history is long are forgotten', async () => {
  const source = memory(on);
  const flags = await createFlags({ source, historySize: 2 });
  for (const document of [off, on, off]) {
    source.set(document);
    await flags.reload();
  }
  expect(flags.history().map(({ version }) => version)).toEqual([3, 4]);
});

test('a start without its source goes on with the last known good flags, and says why', async () => {
  const lastKnownGood = join(folder, 'kept', 'flags.json');
  const first = await createFlags({ source: memory(off), lastKnownGood });
  await first.close();
  const flags = await createFlags({ source: failing, lastKnownGood });
  expect(flags.evaluate('a').value).toBe(false);
  expect(flags.status()).toMatchObject({ source: 'failing', lastError: { code: 'seaworthy.flags.SOURCE_FAILED' } });
  expect(flags.history()).toMatchObject([{ version: 1, cause: 'last-known-good' }]);
  expect(statSync(lastKnownGood).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(folder, 'kept'))).toEqual(['flags.json']);
});

test('flags that are refused are not kept', async () => {
  const lastKnownGood = join(folder, 'flags.json');
  const source = memory(on);
  const flags = await createFlags({ source, lastKnownGood });
  const before = readFileSync(lastKnownGood, 'utf8');
  source.set('no');
  await flags.reload().catch(() => {});
  expect(readFileSync(lastKnownGood, 'utf8')).toBe(before);
});

for (const { name, content } of [
  { name: 'is not there', content: undefined },
  { name: 'is torn', content: '{"text": "{' },
  { name: 'is not ours', content: '[]' },
  { name: 'has flags that are not valid', content: JSON.stringify({ text: '{"flags": 7}' }) },
]) {
  test(`a start fails with the error of the source where the kept file ${name}`, async () => {
    const lastKnownGood = join(folder, 'flags.json');
    if (content !== undefined) writeFileSync(lastKnownGood, content);
    await expect(createFlags({ source: failing, lastKnownGood })).rejects.toMatchObject({
      code: 'seaworthy.flags.SOURCE_FAILED',
    });
  });
}

test('a file that cannot be written is logged, and the flags are used all the same', async () => {
  writeFileSync(join(folder, 'file'), '');
  const messages: string[] = [];
  const logger = { info() {}, error: (_fields: object, message: string) => void messages.push(message) };
  const flags = await createFlags({ source: memory(on), lastKnownGood: join(folder, 'file', 'flags.json'), logger });
  expect(flags.value('a')).toBe(true);
  expect(messages).toEqual(['The flags in use cannot be kept on disk']);
});

for (const options of [{ historySize: 0 }, { historySize: 1.5 }, { lastKnownGood: '' }, { hooks: 'none' as never }]) {
  test(`createFlags refuses ${JSON.stringify(options)}`, async () => {
    await expect(createFlags({ source: memory(on), ...options })).rejects.toMatchObject({
      code: 'seaworthy.flags.INVALID_OPTION',
    });
  });
}
