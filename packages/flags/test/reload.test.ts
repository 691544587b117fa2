import { afterEach, expect, test, vi } from 'vitest';
import { createFlags, memory } from '../src/index.ts';
import type { FlagDocument, FlagsChanged, FlagSource } from '../src/index.ts';
import { toggle } from './make.ts';

afterEach(() => void vi.useRealTimers());

const on: FlagDocument = { flags: { a: toggle('on') } };
const off: FlagDocument = { flags: { a: toggle('off') } };

/** Gives one answer after the other, and counts. */
function scripted(...answers: readonly (() => Promise<string>)[]): FlagSource & { loads: number } {
  return {
    name: 'script',
    loads: 0,
    load() {
      const answer = answers[Math.min(this.loads, answers.length - 1)];
      this.loads += 1;
      return answer ? answer() : Promise.reject(new Error('nothing left'));
    },
  };
}
const text = (document: unknown) => async () => JSON.stringify(document);

test('(1) a new document replaces the old one whole, and a handle follows', async () => {
  const source = memory(on);
  const flags = await createFlags({ source });
  const handle = flags.handle('a');
  const later = flags.handle('b');
  expect([handle.value(), later.value()]).toEqual([true, undefined]);
  source.set({ flags: { a: toggle('off'), b: toggle('on') } });
  await flags.reload();
  expect([handle.value(), later.value(), flags.value('a')]).toEqual([false, true, false]);
  await flags.close();
});

test('a flag that is asked for thousands of times answers for itself alone, and follows a reload', async () => {
  const source = memory({ flags: { a: toggle('on'), b: toggle('off') } });
  const flags = await createFlags({ source });
  const ask = (key: string) => new Set(Array.from({ length: 2_000 }, () => flags.value(key)));
  expect([ask('a'), ask('b'), ask('a'), ask('c')].map((values) => [...values])).toEqual([
    [true],
    [false],
    [true],
    [undefined],
  ]);
  source.set({ flags: { a: toggle('off'), c: toggle('on') } });
  await flags.reload();
  expect([ask('a'), ask('b'), ask('c')].map((values) => [...values])).toEqual([[false], [undefined], [true]]);
  await flags.close();
});

test('listeners hear what was added, removed and changed, until they are taken off', async () => {
  const source = memory({ flags: { same: toggle('on'), changing: toggle('on'), going: toggle('on') } });
  const flags = await createFlags({ source });
  const heard: FlagsChanged[] = [];
  const undo = flags.on('change', (change) => heard.push(change));
  source.set({ flags: { same: toggle('on'), changing: toggle('off'), coming: toggle('on') } });
  await flags.reload();
  undo();
  source.set(on);
  await flags.reload();
  expect(heard).toEqual([
    { source: 'memory', cause: 'load', version: 2, added: ['coming'], removed: ['going'], changed: ['changing'] },
  ]);
  expect(flags.status().version).toBe(3);
  await flags.close();
});

test('a shared rule changes the flags that name it, new metadata changes all, white space none', async () => {
  const flagSet = (rule: unknown, version: string): FlagDocument => ({
    metadata: { version },
    $evaluators: { rule },
    flags: { plain: toggle('on'), using: toggle('off', { targeting: { if: [{ $ref: 'rule' }, 'on'] } }) },
  });
  const source = memory(flagSet({ var: 'x' }, '1'));
  const flags = await createFlags({ source });
  const heard: (readonly string[])[] = [];
  flags.on('change', ({ changed }) => heard.push(changed));
  for (const next of [
    flagSet({ var: 'y' }, '1'),
    JSON.stringify(flagSet({ var: 'y' }, '1'), null, 2),
    flagSet({ var: 'y' }, '2'),
  ]) {
    source.set(next);
    await flags.reload();
  }
  expect(heard).toEqual([['using'], ['plain', 'using']]);
  await flags.close();
});

test('a listener that throws or rejects keeps nothing from the others', async () => {
  const errors: unknown[] = [];
  const source = memory(on);
  const flags = await createFlags({
    source,
    logger: { info() {}, error: (_fields, message) => void errors.push(message) },
  });
  let heard = 0;
  flags.on('change', () => {
    throw new Error('one');
  });
  flags.on('change', () => Promise.reject(new Error('two')));
  flags.on('change', () => (heard += 1));
  source.set(off);
  await flags.reload();
  expect(heard).toBe(1);
  await vi.waitFor(() => expect(errors).toEqual(Array.from({ length: 2 }, () => 'A listener to flag changes failed')), {
    timeout: 60_000,
  });
  await flags.close();
});

const bad: readonly { readonly name: string; readonly next: string; readonly code: string; readonly says: string }[] = [
  { name: 'half a text', next: '{"flags": {"a"', code: 'NOT_JSON', says: 'The flags of memory are not JSON' },
  { name: 'no text', next: ' \n', code: 'NOT_JSON', says: 'are not JSON: there is no text.' },
  { name: 'another format', next: '{"a": true}', code: 'INVALID_DOCUMENT', says: '- flags is nothing' },
  {
    name: 'two broken flags',
    next: JSON.stringify({ flags: { a: toggle('x'), b: toggle('y') } }),
    code: 'INVALID_DOCUMENT',
    says: '- flags.a.defaultVariant is "x", which is no variant; there are on, off\n- flags.b.defaultVariant is "y"',
  },
  { name: 'no flags any more', next: '{"flags": {}}', code: 'EMPTIED', says: 'are all gone, there were 1' },
];
for (const { name, next, code, says } of bad) {
  test(`(2) ${name} changes nothing, and the reload says ${code}`, async () => {
    const source = memory(on);
    const flags = await createFlags({ source });
    source.set(next);
    await expect(flags.reload()).rejects.toMatchObject({
      code: `seaworthy.flags.${code}`,
      message: expect.stringContaining(says),
    });
    expect(flags.value('a')).toBe(true);
    expect(flags.status()).toMatchObject({ version: 1, lastError: { code: `seaworthy.flags.${code}` } });
    source.set(off);
    await flags.reload();
    expect(flags.value('a')).toBe(false);
    expect(flags.status().lastError).toBeUndefined();
    await flags.close();
  });
}

test('flags that start broken are not created, and nothing is left watching', async () => {
  const disposed: string[] = [];
  const source: FlagSource = {
    name: 'broken',
    load: async () => 'no',
    watch: () => ({ [Symbol.dispose]: () => void disposed.push('watch') }),
  };
  await expect(createFlags({ source })).rejects.toMatchObject({
    code: 'seaworthy.flags.NOT_JSON',
  });
  expect(disposed).toEqual(['watch']);
});

test('allowEmpty lets all flags go', async () => {
  const source = memory(on);
  const flags = await createFlags({ source, allowEmpty: true });
  source.set({ flags: {} });
  await flags.reload();
  expect(flags.list()).toEqual([]);
  await flags.close();
});

test('the same error is logged once', async () => {
  const lines: unknown[] = [];
  const source = memory(on);
  const flags = await createFlags({
    source,
    logger: { info() {}, error: (_fields, message) => void lines.push(message) },
  });
  source.set('no');
  await expect(flags.reload()).rejects.toThrow('are not JSON');
  await expect(flags.reload()).rejects.toThrow('are not JSON');
  expect(lines).toEqual(['New flags are not used']);
  await flags.close();
});

test('a document that cannot be written as JSON is reported like any other', async () => {
  const circular: Record<string, unknown> = {};
  circular['self'] = circular;
  await expect(createFlags({ source: memory({ flags: { a: { variants: circular } } }) })).rejects.toMatchObject({
    code: 'seaworthy.flags.SOURCE_FAILED',
  });
});

test('quarantine keeps the last good definition of a broken flag, and takes the rest', async () => {
  const source = memory({ flags: { a: toggle('on'), b: toggle('on') } });
  const flags = await createFlags({ source, onInvalid: 'quarantine' });
  source.set({ flags: { a: toggle('nonsense'), b: toggle('off'), c: toggle('nonsense') } });
  await flags.reload();
  expect([flags.value('a'), flags.value('b')]).toEqual([true, false]);
  expect(flags.evaluate('c')).toMatchObject({
    errorCode: 'PARSE_ERROR',
    errorMessage: 'flags.c.defaultVariant is "nonsense", which is no variant; there are on, off.',
  });
  expect(flags.list().map(({ key }) => key)).toEqual(['a', 'b']);
  expect(flags.status().problems.map(({ flag }) => flag)).toEqual(['a', 'c']);
  await flags.close();
});

test('quarantine answers PARSE_ERROR where a rule cannot be used, and still refuses what is no document', async () => {
  const source = memory({
    $evaluators: { bad: { nope: [] } },
    flags: { a: toggle('on', { targeting: { if: [{ $ref: 'bad' }, 'on'] } }), b: toggle('on') },
  });
  const flags = await createFlags({ source, onInvalid: 'quarantine' });
  expect(flags.evaluate('a')).toMatchObject({
    errorCode: 'PARSE_ERROR',
    errorMessage: 'The targeting of flag "a" cannot be used: the operator "nope" is unknown.',
  });
  expect(flags.value('b')).toBe(true);
  source.set(JSON.stringify({ flags: { a: toggle('on') }, metadata: { bad: {} } }));
  await expect(flags.reload()).rejects.toMatchObject({ code: 'seaworthy.flags.INVALID_DOCUMENT' });
  await flags.close();
});

test('(3) loads do not overlap, and a change that comes meanwhile is loaded afterwards', async () => {
  const gates: (() => void)[] = [];
  const waiting = (document: FlagDocument) => () =>
    new Promise<string>((resolve) => {
      gates.push(() => resolve(JSON.stringify(document)));
    });
  const source = scripted(text({ flags: { a: toggle('on') } }), waiting(off), text(on));
  const flags = await createFlags({ source });
  const reloads = [flags.reload(), flags.reload(), flags.reload()];
  expect(source.loads).toBe(2);
  gates[0]?.();
  await Promise.all(reloads);
  expect(source.loads).toBe(3);
  expect(flags.value('a')).toBe(true);
  await flags.close();
});

test('a source that hangs is given up after the time, and no timer is left', async () => {
  vi.useFakeTimers();
  const source = scripted(text(on), () => new Promise(() => {}), text(off));
  const flags = await createFlags({ source, loadTimeoutMs: 300 });
  const reload = flags.reload();
  reload.catch(() => {});
  await vi.advanceTimersByTimeAsync(300);
  await expect(reload).rejects.toThrow('cannot be read: it did not answer within 300 ms.');
  expect(flags.value('a')).toBe(true);
  await flags.reload();
  expect(flags.value('a')).toBe(false);
  expect(vi.getTimerCount()).toBe(0);
  await flags.close();
});

test('a source that answers with something else is refused', async () => {
  const source = scripted(async () => JSON.parse('{"flags":{}}'));
  await expect(createFlags({ source })).rejects.toThrow('it answered with object instead of a text');
});

test('(5) after close nothing is loaded or watched, and the last flags still answer', async () => {
  const source = memory(on);
  const flags = await createFlags({ source });
  await Promise.all([flags.close(), flags.close(), flags[Symbol.asyncDispose]()]);
  source.set(off);
  await expect(flags.reload()).rejects.toMatchObject({ code: 'seaworthy.flags.CLOSED' });
  expect(flags.value('a')).toBe(true);
});

test('closing ends a load under way', async () => {
  let given: AbortSignal | undefined;
  const answers = [JSON.stringify(on)];
  const source: FlagSource = {
    name: 'slow',
    load(signal) {
      given = signal;
      const answer = answers.pop();
      return answer === undefined ? new Promise(() => {}) : Promise.resolve(answer);
    },
  };
  const flags = await createFlags({ source });
  const reload = flags.reload();
  reload.catch(() => {});
  await flags.close();
  await expect(reload).rejects.toMatchObject({ code: 'seaworthy.flags.CLOSED' });
  expect(given?.aborted).toBe(true);
});

test('the signal of the application closes the flags', async () => {
  const controller = new AbortController();
  const flags = await createFlags({ source: memory(on), signal: controller.signal });
  controller.abort();
  await expect(flags.reload()).rejects.toMatchObject({ code: 'seaworthy.flags.CLOSED' });
  await expect(createFlags({ source: memory(on), signal: controller.signal })).rejects.toBe(controller.signal.reason);
});

test('flags that are given up while they load reject with the reason of the signal, and close their source', async () => {
  const controller = new AbortController();
  const close = vi.fn<() => Promise<void>>(() => Promise.resolve());
  const source: FlagSource = { name: 'slow', load: () => new Promise(() => {}), close };
  const created = createFlags({ source, signal: controller.signal });
  controller.abort(new Error('the program ends'));
  await expect(created).rejects.toThrow('the program ends');
  expect(close).toHaveBeenCalledOnce();
});
