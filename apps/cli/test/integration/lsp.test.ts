import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { TextDocument } from 'vscode-languageserver-textdocument';
import {
  DidChangeWatchedFilesNotification,
  DidChangeWorkspaceFoldersNotification,
  ExitNotification,
  HoverRequest,
  InitializeRequest,
  ShutdownRequest,
  WorkspaceDiagnosticRequest,
  type CodeAction,
  type Diagnostic,
  type SnippetTextEdit,
  type TextEdit,
} from 'vscode-languageserver-protocol/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectEditor, type Editor } from '../support/editor.ts';

// One process for all tests, which go on from one another as an editor does.
const base = mkdtempSync(join(tmpdir(), 'seaworthy-lsp-test-'));
const root = join(base, 'shop');
const other = join(base, 'other');
const temporary = join(base, 'tmp');
const uriOf = (path: string, folder = root): string => pathToFileURL(join(folder, path)).href;
const emptyCatch = 'try { f(); } catch (e) {}\n';
const errors: unknown[] = [];
let child: ChildProcess;
let err = '';
let editor: Editor;

function write(path: string, text: string, folder = root): void {
  writeFileSync(join(folder, path), text);
}

/** Writes or removes a file, and tells the server as an editor does. */
async function change(path: string, text: string | undefined): Promise<void> {
  if (text === undefined) rmSync(join(root, path));
  else write(path, text);
  const changes = [{ uri: uriOf(path), type: 2 as const }];
  await editor.connection.sendNotification(DidChangeWatchedFilesNotification.type, { changes });
}

beforeAll(async () => {
  for (const folder of [root, other, temporary]) mkdirSync(folder);
  write('package.json', '{ "name": "shop", "private": true, "scripts": { "start": "node a.js" } }');
  write('a.js', emptyCatch);
  write('closed.js', `fine();\n${emptyCatch}`);
  write('compose.yaml', 'services:\n  web:\n    image: web:latest\n');
  write('b.js', emptyCatch, other);
  const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
  const env = { ...process.env, NODE_OPTIONS: undefined, NODE_ENV: undefined, TMPDIR: temporary, TEMP: temporary };
  child = spawn(process.execPath, ['--conditions=@seaworthy/source', main, 'lsp', '--stdio'], { cwd: base, env });
  child.stderr!.on('data', (chunk: Buffer) => (err += chunk.toString()));
  editor = await connectEditor({ from: child.stdout!, to: child.stdin! }, { folders: [root] });
  editor.connection.onError(([error]) => errors.push(error));
  await editor.open(uriOf('a.js'), emptyCatch);
});

afterAll(() => {
  child.kill('SIGKILL');
  rmSync(base, { recursive: true, force: true });
});

const pull = (path: string): Promise<readonly Diagnostic[]> => editor.pull(uriOf(path));
const rulesIn = async (path: string): Promise<readonly unknown[]> => (await pull(path)).map(({ code }) => code);

/** What the server says of the files that are not open, by the end of their address. */
async function closedFiles(): Promise<Readonly<Record<string, readonly unknown[]>>> {
  const { items } = await editor.connection.sendRequest(WorkspaceDiagnosticRequest.type, { previousResultIds: [] });
  return Object.fromEntries(
    items.flatMap((item) =>
      item.kind === 'full'
        ? [[item.uri.slice(pathToFileURL(base).href.length + 1), item.items.map(({ code }) => code)]]
        : [],
    ),
  );
}

/** The text after an action; a snippet is left with `reason` where the user would type one. */
function applied(text: string, { edit }: CodeAction): string {
  const [change] = edit?.documentChanges ?? [];
  const edits = change !== undefined && 'edits' in change ? change.edits : [];
  const plain = edits.map((each: TextEdit | SnippetTextEdit) =>
    'snippet' in each
      ? { range: each.range, newText: each.snippet.value.replace('${1}', 'reason').replaceAll(/\\([\\$}])/g, '$1') }
      : each,
  );
  return TextDocument.applyEdits(TextDocument.create(uriOf('x'), '', 1, text), plain);
}

test('a finding says what, where, why and how, and leads to its explanation', async () => {
  expect(await pull('a.js')).toMatchObject([
    {
      code: 'SEA-R002',
      source: 'seaworthy',
      codeDescription: { href: expect.stringMatching(/^file:.*empty-catch\/explain\.md$/) },
      range: { start: { line: 0, character: 13 }, end: { line: 0, character: 25 } },
      message: expect.stringContaining('empty catch block'),
      relatedInformation: [
        { message: expect.stringContaining('wrong data') },
        { message: expect.stringMatching(/^Fix: /) },
      ],
    },
  ]);
});

test('files that are not open are looked at too, and paths in their findings are theirs', async () => {
  expect(await closedFiles()).toMatchObject({
    'shop/closed.js': ['SEA-R002'],
    'shop/compose.yaml': ['SEA-R081'],
  });
});

const texts = [
  { name: 'astral characters', text: `f('😀😀'); ${emptyCatch}`, line: 0, character: 24 },
  { name: 'CRLF', text: `fine();\r\nfine();\r\n  ${emptyCatch}`, line: 2, character: 15 },
  { name: 'lone carriage returns', text: `fine();\r${emptyCatch}`, line: 1, character: 13 },
  { name: 'a byte order mark', text: `\uFEFF${emptyCatch}`, line: 0, character: 14 },
];
for (const { name, text, line, character } of texts) {
  test(`text that was not saved is looked at: ${name}`, async () => {
    await editor.write(uriOf('a.js'), text);
    expect(await pull('a.js')).toMatchObject([{ code: 'SEA-R002', range: { start: { line, character } } }]);
  });
}

test('a hover on a finding explains its rule, and a hover beside it nothing', async () => {
  await editor.write(uriOf('a.js'), `fine();\n${emptyCatch}`);
  const textDocument = { uri: uriOf('a.js') };
  const [on, beside] = await Promise.all(
    [1, 0].map((line) =>
      editor.connection.sendRequest(HoverRequest.type, { textDocument, position: { line, character: 15 } }),
    ),
  );
  expect(on).toMatchObject({
    contents: { kind: 'markdown', value: expect.stringMatching(/^# SEA-R002 .*\n[^]*## Wrong/) },
  });
  expect(beside).toBeNull();
});

test('the explanation of any rule can be asked for', async () => {
  const asked = ['SEA-R012', 'SEA-R999', '__proto__'].map((rule) =>
    editor.connection.sendRequest('seaworthy/explain', { rule }),
  );
  expect(await Promise.all(asked)).toEqual([expect.stringMatching(/^# SEA-R012 /), null, null]);
});

const held = [
  { path: 'a.js', text: `if (x) {\r\n  ${emptyCatch}}\r\n`, line: 1, rule: 'SEA-R002', comment: '  // ' },
  {
    path: 'page.js',
    text: `const a = (\n  <p>\n    {g(() => { ${emptyCatch.trim()} })}\n  </p>\n);\n`,
    line: 2,
    rule: 'SEA-R002',
    comment: '    {/* ',
  },
  {
    path: 'compose.yaml',
    text: 'services:\n  web:\n    image: web:latest\n',
    line: 2,
    rule: 'SEA-R081',
    comment: '    # ',
  },
];
for (const { path, text, line, rule, comment } of held) {
  test(`a comment with a reason holds a finding back: ${path}`, async () => {
    if (path !== 'a.js') await editor.open(uriOf(path), text);
    await editor.write(uriOf(path), text);
    expect(await rulesIn(path)).toContain(rule);
    const range = { start: { line, character: 0 }, end: { line, character: 99 } };
    const actions = await editor.actions(uriOf(path), range, 'quickfix');
    const after = applied(
      text,
      actions.find(({ title }) => title.startsWith(`Hold ${rule}`))!,
    );
    expect(after.split(/\r?\n/)[line]).toContain(`${comment}seaworthy-ignore-next-line ${rule}: reason`);
    expect(after.split('\r\n').length).toBe(text.split('\r\n').length + (text.includes('\r\n') ? 1 : 0));
    await editor.write(uriOf(path), after);
    await expect.poll(() => rulesIn(path)).not.toContain(rule);
  });
}

test('no comment is offered where it would be text', async () => {
  const text = 'const a = `\n${(() => { try { f(); } catch (e) {} })()}\n`;\n';
  await editor.write(uriOf('a.js'), text);
  expect(await rulesIn('a.js')).toEqual(['SEA-R002']);
  const range = { start: { line: 1, character: 0 }, end: { line: 1, character: 99 } };
  expect(await editor.actions(uriOf('a.js'), range)).toEqual([]);
});

test('what can be mended safely is mended, alone or all at once', async () => {
  const text = "const m = '😀';\r\ndebugger;\r\nfine();\r\ndebugger;\r\n";
  await editor.write(uriOf('a.js'), text);
  expect(await rulesIn('a.js')).toEqual(['SEA-R136', 'SEA-R136']);
  const range = { start: { line: 1, character: 0 }, end: { line: 1, character: 0 } };
  const [fix] = await editor.actions(uriOf('a.js'), range);
  expect(applied(text, fix!)).toBe("const m = '😀';\r\nfine();\r\ndebugger;\r\n");
  const [all] = await editor.actions(uriOf('a.js'), range, 'source.fixAll');
  expect(applied(text, all!)).toBe("const m = '😀';\r\nfine();\r\n");
});

test('a text that does not parse, or is too large, is said to be so', async () => {
  await editor.write(uriOf('a.js'), 'let = = ;\n');
  expect(await rulesIn('a.js')).toEqual(['seaworthy.cli.FILE_UNPARSABLE']);
  await editor.write(uriOf('a.js'), emptyCatch.repeat(100_000));
  expect(await rulesIn('a.js')).toEqual(['seaworthy.cli.FILE_TOO_LARGE']);
  await editor.write(uriOf('a.js'), emptyCatch.repeat(700));
  expect(await pull('a.js')).toHaveLength(501);
  await editor.write(uriOf('a.js'), emptyCatch);
  expect(await rulesIn('a.js')).toEqual(['SEA-R002']);
});

test('a file that was removed or added, and one that was closed, is noticed', async () => {
  await change('closed.js', undefined);
  await change('new.js', 'debugger;\n');
  await editor.close(uriOf('a.js'));
  await expect.poll(closedFiles).toMatchObject({ 'shop/new.js': ['SEA-R136'], 'shop/a.js': ['SEA-R002'] });
  expect(await closedFiles()).not.toHaveProperty(['shop/closed.js']);
});

test('settings are read again; wrong ones are told once, and change nothing', async () => {
  await change('seaworthy.config.json', '{ "rules": { "SEA-R136": "off", "SEA-R002": "error" } }');
  await expect.poll(closedFiles).not.toHaveProperty(['shop/new.js']);
  await editor.open(uriOf('a.js'), emptyCatch);
  expect(await pull('a.js')).toMatchObject([{ code: 'SEA-R002', severity: 1 }]);
  await change('seaworthy.config.json', '{ "rules": 1 }');
  await expect.poll(() => editor.messages).toEqual([expect.stringContaining('seaworthy.config.INVALID')]);
  expect(await pull('a.js')).toMatchObject([{ code: 'SEA-R002', severity: 1 }]);
  await change('seaworthy.config.json', undefined);
  await expect.poll(closedFiles).toHaveProperty(['shop/new.js']);
});

test('a further folder comes and goes', async () => {
  const folder = { uri: pathToFileURL(other).href, name: 'other' };
  const tell = (added: boolean): Promise<void> =>
    editor.connection.sendNotification(DidChangeWorkspaceFoldersNotification.type, {
      event: { added: added ? [folder] : [], removed: added ? [] : [folder] },
    });
  await tell(true);
  await expect.poll(closedFiles).toHaveProperty(['other/b.js'], ['SEA-R002']);
  await tell(false);
  await expect.poll(closedFiles).not.toHaveProperty(['other/b.js']);
});

test('messages that are none do no harm', async () => {
  const { connection } = editor;
  const bodies = [
    '{ "jsonrpc": "2.0", "id": 7',
    '[]',
    'null',
    '{ "jsonrpc": "2.0", "method": "textDocument/didChange" }',
  ];
  for (const body of bodies) child.stdin!.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  const wrong = [
    connection.sendRequest('nobody/knows', {}),
    connection.sendRequest('textDocument/hover', { textDocument: null }),
    connection.sendRequest(InitializeRequest.type, {
      processId: null,
      rootUri: null,
      capabilities: {},
      workspaceFolders: null,
    }),
  ];
  for (const { status } of await Promise.allSettled(wrong)) expect(status).toBe('rejected');
  for (const uri of [
    'untitled:Untitled-1',
    'not a uri',
    'file:///%zz',
    'https://example.com/a.js',
    uriOf('../outside.js'),
  ]) {
    await editor.open(uri, emptyCatch);
    expect(await editor.pull(uri)).toEqual([]);
  }
  expect(await rulesIn('a.js')).toEqual(['SEA-R002']);
});

test('after shutdown nothing is answered, and exit ends the process with 0 and nothing left behind', async () => {
  const code = new Promise((resolve) => child.on('exit', resolve));
  await editor.connection.sendRequest(ShutdownRequest.type);
  await expect(pull('a.js')).rejects.toThrow('The server was shut down.');
  await editor.connection.sendNotification(ExitNotification.type);
  expect(await code).toBe(0);
  expect(readdirSync(temporary).filter((name) => name.startsWith('seaworthy'))).toEqual([]);
  // What is no message on standard output would be an error here.
  expect([errors, err]).toEqual([[], '']);
});
