import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import { audit } from '../src/handlers/audit.ts';
import type { Finding } from '../src/report/report.ts';
import { createExaminer } from '../src/lsp/examiner.ts';
import { moveFindings } from '../src/lsp/moved.ts';
import { watchParent } from '../src/lsp/parent.ts';
import { createRounds } from '../src/lsp/rounds.ts';
import { serve } from '../src/lsp/serve.ts';
import { connectEditor, simple, type Editor } from './support/editor.ts';
import { fakeIo } from './support/io.ts';
import { writeProject } from './support/project.ts';

const packs = new URL('fixtures/editor-packs.ts', import.meta.url);
const settings = { 'package.json': '{ "name": "shop" }' };

/** A server in this process, and what it ends with. */
async function startServer(
  root?: string,
  { locale, rules = packs }: { readonly locale?: string; readonly rules?: URL } = {},
): Promise<{
  readonly editor: Editor;
  readonly ended: Promise<number>;
  readonly input: PassThrough;
  readonly stop: AbortController;
}> {
  const [input, output, stop] = [new PassThrough(), new PassThrough(), new AbortController()];
  const io = fakeIo({ cwd: root ?? '/', stdin: input, stdout: { write: (text) => output.write(text) } });
  const ended = serve({ io, packs: rules, signal: stop.signal });
  onTestFinished(async () => {
    stop.abort();
    await ended;
  });
  const editor = await connectEditor(
    { from: output, to: input },
    { folders: root === undefined ? [] : [root], capabilities: simple, ...(locale !== undefined && { locale }) },
  );
  return { editor, ended, input, stop };
}

test('an editor that does not ask is told of all files, also of what it does not watch', async () => {
  const root = writeProject({ ...settings, 'a.js': 'danger\n', 'b.js': 'danger\n', 'c.js': 'danger\n' });
  const uri = (path: string): string => pathToFileURL(join(root, path)).href;
  const { editor, ended, input } = await startServer(root);
  const messages = (path: string): readonly unknown[] =>
    editor.pushed(uri(path))?.diagnostics.map(({ message }) => message) ?? [];
  const danger = 'no danger: danger is written.\nIt breaks at night.\nFix: Mend it.';
  await editor.open(uri('a.js'), '// danger stumble\n');
  await expect.poll(() => ['a.js', 'b.js', 'c.js'].map(messages)).toEqual([[danger], [danger], [danger]]);
  // A rule that throws is told of, once; the others go on.
  await expect.poll(() => editor.messages).toEqual([expect.stringContaining('SEA-R914')]);
  rmSync(join(root, 'b.js'));
  writeFileSync(join(root, 'c.js'), 'fine();\n');
  await editor.write(uri('a.js'), '\nwhole();\n');
  await expect
    .poll(() => ['a.js', 'b.js', 'c.js'].map(messages))
    .toEqual([[expect.stringContaining('whole is written')], [], []]);
  expect(editor.pushed(uri('a.js'))?.version).toBe(2);
  input.end();
  expect(await ended).toBe(1);
});

test('a signal ends the server with 130', async () => {
  const { ended, stop } = await startServer();
  stop.abort();
  expect(await ended).toBe(130);
});

test('(2) a rule that takes the thread of the editor down is left out from then on', async () => {
  const root = writeProject({});
  const stopped: string[] = [];
  const examiner = createExaminer({
    job: { root, rules: {}, experimental: [], isProduction: false, ruleTimeoutMs: 1_000 },
    facts: { manifest: undefined, dependencies: new Set(), shape: 'unknown' },
    packs,
    onStopped: ({ rule }) => stopped.push(rule),
  });
  onTestFinished(() => examiner.close());
  const examine = async (text: string): Promise<readonly string[]> => {
    const { findings } = await examiner.examine({ path: 'a.js', bytes: 0, isFile: true, text });
    return findings.map(({ rule }) => rule);
  };
  const answers = await Promise.all(['// danger leave', '// danger block', '// leave block danger'].map(examine));
  expect([answers, stopped]).toEqual([
    [['SEA-R911'], ['SEA-R911'], ['SEA-R911']],
    ['SEA-R913', 'SEA-R912'],
  ]);
  await examiner.close();
  await expect(examine('danger')).rejects.toMatchObject({ code: 'seaworthy.cli.AUDIT_LOST' });
});

const at = (line?: number, last = line): Finding =>
  ({ ...(line !== undefined && { line, column: 1, end: { line: last, column: 2 } }) }) as unknown as Finding;
const moves = [
  { name: 'above the change stays', findings: [at(1)], after: 'a\nB\nc\nd', lines: [1] },
  { name: 'in the change is left out', findings: [at(2)], after: 'a\nB\nc\nd', lines: [] },
  { name: 'below lines that came goes down', findings: [at(3), at(4)], after: 'a\nb\nx\ny\nc\nd', lines: [5, 6] },
  { name: 'below lines that went goes up', findings: [at(4)], after: 'a\nd', lines: [2] },
  { name: 'across the change is left out', findings: [at(1, 3)], after: 'a\nB\nc\nd', lines: [] },
  { name: 'without a line stays', findings: [at()], after: '', lines: [undefined] },
  { name: 'after no change stays', findings: [at(4)], after: 'a\nb\nc\nd', lines: [4] },
];
for (const { name, findings, after, lines } of moves) {
  test(`a finding ${name}`, () => {
    expect(moveFindings(findings, 'a\nb\nc\nd', after).map(({ line }) => line)).toEqual(lines);
  });
}

test('(1) what is asked for during a round is one more round after it', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const open: PromiseWithResolvers<void>[] = [];
  const rounds = createRounds(() => {
    open.push(Promise.withResolvers());
    return open.at(-1)!.promise;
  });
  rounds.request(100);
  rounds.request(100);
  await vi.advanceTimersByTimeAsync(100);
  for (const delayMs of [0, 10, 20]) rounds.request(delayMs);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(open).toHaveLength(1);
  open[0]!.resolve();
  await vi.advanceTimersByTimeAsync(0);
  expect(open).toHaveLength(2);
  open[1]!.resolve();
  await rounds.settled();
  await rounds.close();
  rounds.request(0);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(open).toHaveLength(2);
});

test('a parent that is gone is told of once', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const gone = vi.fn<() => void>();
  let isAlive = true;
  watchParent(1, gone, { everyMs: 10, isAlive: () => isAlive });
  await vi.advanceTimersByTimeAsync(100);
  expect(gone).not.toHaveBeenCalled();
  isAlive = false;
  await vi.advanceTimersByTimeAsync(100);
  expect(gone).toHaveBeenCalledTimes(1);
});

test('an editor is told in its own language, and one whose language is not spoken in English', async () => {
  const text = 'try { f(); } catch (e) {}\nlet = =\n';
  const root = writeProject({ ...settings, 'a.js': 'try { f(); } catch (e) {}\n', 'b.js': text });
  const uri = (path: string): string => pathToFileURL(join(root, path)).href;
  const rules = new URL('../src/built-in.worker.ts', import.meta.url);
  const said = async (locale: string): Promise<Editor> => {
    const { editor } = await startServer(root, { locale, rules });
    await editor.open(uri('a.js'), 'try { f(); } catch (e) {}\n');
    await expect.poll(() => editor.pushed(uri('a.js'))?.diagnostics.length, { timeout: 30_000 }).toBe(1);
    return editor;
  };
  const german = await said('de-AT');
  const message = (editor: Editor): unknown => editor.pushed(uri('a.js'))?.diagnostics[0]?.message;
  expect(message(german)).toContain('\nAbhilfe: ');
  const start = { line: 0, character: 16 };
  const actions = await german.actions(uri('a.js'), { start, end: start });
  expect(actions.map(({ title }) => title)).toContain('SEA-R002 hier zurückhalten, mit einem Grund');
  const page: unknown = await german.connection.sendRequest('seaworthy/explain', { rule: 'SEA-R002' });
  expect(page).toContain('## Warum');
  expect(german.pushed(uri('b.js'))?.diagnostics[0]?.message).toContain('Die Datei ist fehlerhaft: ');
  expect(message(await said('fr'))).toContain('\nFix: ');
});

test('a baseline of the config file is found from there, in a folder of the workspace below it', async () => {
  const finding = 'try { f(); } catch (e) {}\n';
  const root = writeProject({
    ...settings,
    '.git/HEAD': '',
    'seaworthy.config.json': '{ "baseline": "known.json" }',
    'app/a.js': finding,
    'app/b.js': finding,
  });
  const io = fakeIo({ cwd: join(root, 'app') });
  // What is found in one of the two files is known.
  await audit({ baseline: '../known.json', writeBaseline: true, ignore: ['app/b.js'] }, '.', io);
  const rules = new URL('../src/built-in.worker.ts', import.meta.url);
  const { editor } = await startServer(join(root, 'app'), { rules });
  const codes = (path: string): readonly unknown[] =>
    editor.pushed(pathToFileURL(join(root, 'app', path)).href)?.diagnostics.map(({ code }) => code) ?? [];
  await expect.poll(() => codes('b.js'), { timeout: 30_000 }).toEqual(['SEA-R002']);
  expect([codes('a.js'), editor.messages]).toEqual([[], []]);
});
