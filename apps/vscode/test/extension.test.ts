import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { createExtension, type Api, type Client } from '../src/extension.ts';
import { findServer, type ServerCommand } from '../src/server.ts';

/** A workspace with the command line in it, as npm installs it. */
function writeWorkspace(): { readonly root: string; readonly inner: string; readonly main: string } {
  const root = mkdtempSync(join(tmpdir(), 'seaworthy-vscode-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const cli = join(root, 'node_modules', '@seaworthy', 'cli');
  const inner = join(root, 'packages', 'shop');
  for (const directory of [join(cli, 'dist'), inner]) mkdirSync(directory, { recursive: true });
  writeFileSync(join(cli, 'package.json'), '{ "bin": { "seaworthy": "./dist/main.js" } }');
  writeFileSync(join(cli, 'dist', 'main.js'), '');
  return { root, inner, main: join(cli, 'dist', 'main.js') };
}

test('the server is that of the workspace, unless the user names another one', () => {
  const { root, inner, main } = writeWorkspace();
  const elsewhere = tmpdir();
  expect(findServer({ folders: [inner], path: '', node: 'node' })).toEqual({
    command: 'node',
    args: [main, 'lsp'],
    cwd: inner,
  });
  expect(findServer({ folders: [elsewhere, root], path: '', node: 'node' })?.args).toEqual([main, 'lsp']);
  expect(findServer({ folders: [root], path: '/own.js', node: '/node24' })).toEqual({
    command: '/node24',
    args: ['/own.js', 'lsp'],
    cwd: root,
  });
  expect(findServer({ folders: [elsewhere], path: '', node: 'node' })).toBeUndefined();
  expect(findServer({ folders: [], path: '/own.js', node: 'node' })).toBeUndefined();
});

interface Fake {
  readonly api: Api;
  readonly create: (server: ServerCommand) => Client;
  readonly log: string[];
}

function fake(parts: Partial<Api> = {}, fails = false): Fake {
  const log: string[] = [];
  const api: Api = {
    folders: () => [tmpdir()],
    setting: (name) => (name === 'node' ? 'node' : '/own.js'),
    status: (text) => log.push(text),
    ruleAtCursor: () => undefined,
    askForRule: async () => 'SEA-R012',
    showMarkdown: async (text) => void log.push(text),
    warn: (message) => log.push(message),
    say: (text, ...values) => text.replaceAll(/\{(\d)\}/g, (_hole, index: string) => values[Number(index)] ?? ''),
    ...parts,
  };
  const create = (): Client => ({
    start: async () => {
      log.push('starts');
      if (fails) throw new Error('no such file');
    },
    stop: async () => void log.push('stops'),
    explain: async (rule) => (rule === 'SEA-R012' ? '# SEA-R012' : null),
  });
  return { api, create, log };
}

test('(1) a restart ends the server before it starts another', async () => {
  const { api, create, log } = fake();
  const extension = createExtension(api, create);
  for (let round = 0; round < 2; round += 1) await extension.start();
  await extension.stop();
  await extension.stop();
  expect(log).toEqual(['starts', '$(check) Seaworthy', 'stops', 'starts', '$(check) Seaworthy', 'stops']);
});

test('(2) without a server, or with one that does not start, the status says so', async () => {
  const none = fake({ folders: () => [] });
  await createExtension(none.api, none.create).start();
  const broken = fake({}, true);
  await createExtension(broken.api, broken.create).start();
  expect([none.log, broken.log]).toEqual([['$(circle-slash) Seaworthy'], ['starts', '$(error) Seaworthy']]);
});

const explained = [
  { name: 'a rule that the user names', parts: {}, says: '# SEA-R012' },
  { name: 'a rule that is not there', parts: { ruleAtCursor: () => 'SEA-R999' }, says: 'There is no rule SEA-R999.' },
];
for (const { name, parts, says } of explained) {
  test(`explain: ${name}`, async () => {
    const { api, create, log } = fake(parts);
    const extension = createExtension(api, create);
    await extension.explain();
    await extension.start();
    await extension.explain();
    expect(log).toEqual(['No Seaworthy server runs.', 'starts', '$(check) Seaworthy', says]);
  });
}

test('the manifest declares the commands and settings that the program uses, and no others', () => {
  const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
  const { contributes, main } = JSON.parse(read('../package.json'));
  const program = ['main', 'extension'].map((name) => read(`../src/${name}.ts`)).join('');
  const commands = contributes.commands.map(({ command }: { command: string }) => command);
  expect(commands).toEqual(Array.from(program.matchAll(/registerCommand\('([\w.]+)'/g), ([, id]) => id));
  const settings = Array.from(program.matchAll(/api\.setting\('([\w.]+)'\)/g), ([, name]) => `seaworthy.${name}`);
  expect(Object.keys(contributes.configuration.properties)).toEqual(settings);
  expect(main).toBe('./dist/main.js');
});

test('the program loads with the client of the protocol, and registers what the manifest declares', async () => {
  const [load, main] = ['fixtures/load.mjs', '../src/main.ts'].map((path) => new URL(path, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [fileURLToPath(load!), main!.href]);
  expect(JSON.parse(stdout)).toEqual([['seaworthy.explain', 'seaworthy.restart'], ['$(circle-slash) Seaworthy'], 4]);
});
