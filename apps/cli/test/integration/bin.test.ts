import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, closeSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readVersion } from '../../src/version.ts';
import { ended, seaworthy, start } from '../support/bin.ts';
import { writeProject, type Files } from '../support/project.ts';

const clean: Files = { 'notes.txt': 'nothing to see' };
const broken: Files = {
  'package.json': '{ "name": "shop", "private": true, "scripts": { "start": "node server.js" } }',
  'server.js': "require('node:http').createServer((request, response) => response.end('ok')).listen(8080);\n",
};

interface Case {
  readonly name: string;
  readonly args: readonly string[];
  readonly files?: Files;
  readonly code: number;
}

const off = { 'seaworthy.config.json': JSON.stringify({ failOn: 'never' }) };
const cases: readonly Case[] = [
  { name: 'the version', args: ['--version'], code: 0 },
  { name: 'an audit that fails on nothing', args: ['audit'], files: { ...broken, ...off }, code: 0 },
  { name: 'an audit that finds something', args: ['audit', '--fail-on', 'info'], files: broken, code: 1 },
  { name: 'an unknown flag', args: ['audit', '--nope'], code: 2 },
  { name: 'an unknown command', args: ['nope'], code: 2 },
  { name: 'a wrong config', args: ['audit'], files: { 'seaworthy.config.json': '{ "failOn": 1 }' }, code: 2 },
  { name: 'a missing directory', args: ['audit', 'nowhere'], code: 2 },
  {
    name: 'a file that cannot be looked at',
    args: ['audit', '--fail-on', 'never'],
    files: { 'a.js': 'let = = ;' },
    code: 3,
  },
];

for (const { name, args, files = clean, code } of cases) {
  test(`${name} ends the process with ${code}`, async () => {
    const outcome = await seaworthy(args, writeProject(files));
    expect([outcome.code, outcome.err === '']).toEqual([code, code !== 2]);
  });
}

test('an audit loads nothing of the language server', async () => {
  const root = writeProject({ Dockerfile: 'FROM node:latest\n' });
  const { out, err } = await ended(start('test/fixtures/language-server-loaded.ts', [], root));
  expect(out).toContain('SEA-R');
  expect(err).toContain('loaded: false, true');
});

test('standard output carries the report and nothing else, also with a log', async () => {
  const { code, out, err } = await seaworthy(
    ['audit', '--format', 'json', '--verbose', '--fail-on', 'info'],
    writeProject(broken),
  );
  expect([code, JSON.parse(out).schema]).toEqual([1, 'seaworthy.report']);
  expect(err).toContain('Audit finished');
});

test('the same project gives the same bytes, wherever one stands', async () => {
  const root = writeProject({ ...broken, 'apps/x/a.js': 'fine();' });
  const [here, elsewhere] = await Promise.all([
    seaworthy(['audit', '--format', 'json'], root),
    seaworthy(['audit', '--format', 'json', root], join(root, 'apps')),
  ]);
  expect(here.out).toBe(elsewhere.out);
  expect(here.out).not.toContain(root);
});

test('colour comes with FORCE_COLOR and goes with NO_COLOR', async () => {
  const root = writeProject(broken);
  const coloured = await seaworthy(['audit'], root, { variables: { FORCE_COLOR: '1', NO_COLOR: undefined } });
  const bare = await seaworthy(['audit'], root, { variables: { FORCE_COLOR: undefined, NO_COLOR: '1' } });
  expect(coloured.out).toContain('\u001b[');
  expect(bare.out).not.toContain('\u001b[');
});

test('a closed pipe ends quietly', async () => {
  const files = Object.fromEntries(
    Array.from({ length: 300 }, (_, index) => [`src/f${index}.js`, 'try { f(); } catch (e) {}\n'.repeat(20)]),
  );
  const child = start('src/main.ts', ['audit', '--format', 'json', '--fail-on', 'info'], writeProject(files));
  child.stdout?.destroy();
  const { code, err } = await ended(child);
  expect([code, err]).toEqual([1, '']);
});

test.runIf(process.platform === 'linux')('an output that is full ends with 3, and says so', async () => {
  const full = openSync('/dev/full', 'w');
  const { code, err } = await seaworthy(['rules'], writeProject(clean), { stdout: full });
  closeSync(full);
  expect([code, err]).toEqual([3, 'The output could not be written (ENOSPC). Check where it goes.\n']);
});

for (const { what, signal } of [
  { what: 'Ctrl-C', signal: 'SIGINT' },
  { what: 'the end of its job', signal: 'SIGTERM' },
  { what: 'the end of its terminal', signal: 'SIGHUP' },
] as const) {
  test(`${what} (${signal}) ends with 130 and leaves no half-written output`, async () => {
    const cwd = writeProject(clean);
    const child = start('test/fixtures/hanging-rule.ts', ['report.json'], cwd);
    const end = ended(child);
    child.stderr?.once('data', () => child.kill(signal));
    const { code, err } = await end;
    expect(code).toBe(130);
    expect(err).toMatch(
      /^the rule runs\nseaworthy\.cli\.INTERRUPTED {2}Interrupted: nothing was written\. Run the command again for the rest\.\n/,
    );
    expect(readdirSync(cwd)).toEqual(['notes.txt']);
  });
}

test('a rule that hangs is stopped and named, and does not keep the process', async () => {
  const cwd = writeProject(clean);
  const { code, err } = await ended(start('test/fixtures/hanging-rule.ts', ['report.json', '50'], cwd));
  expect(code).toBe(3);
  expect(err).toBe(
    'the rule runs\nNothing found in 1 file by 1 rule. 1 rule could not finish. The report is in report.json.\n',
  );
  expect(JSON.parse(readFileSync(join(cwd, 'report.json'), 'utf8')).problems).toMatchObject([
    { kind: 'rule-timeout', code: 'seaworthy.cli.RULE_TIMEOUT', rule: 'SEA-R901' },
  ]);
});

test.runIf(process.platform === 'linux')('a current directory that is gone is said in words', async () => {
  const cwd = writeProject({ 'gone/a.js': '' });
  const program = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
  const script = 'cd gone && rm -r ../gone && exec "$0" --conditions=@seaworthy/source "$1" audit';
  const child = spawn('sh', ['-c', script, process.execPath, program], { cwd, stdio: ['pipe', 'pipe', 'pipe'] });
  const { code, err } = await ended(child);
  expect([code, err.endsWith('The current directory is gone. Change to one that exists.\n')]).toEqual([2, true]);
});

test('the version is that of the package, and nothing is loaded for it', async () => {
  const { out } = await seaworthy(['--version'], writeProject(clean));
  expect(out).toBe(`${readVersion()}\n`);
  const traced = await seaworthy(['--version'], writeProject(clean), { variables: { NODE_DEBUG: 'esm' } });
  expect(traced.err).not.toMatch(/oxc-parser|\/zod\/|winston|dockerfile-ast|\/yaml\/|vscode-/);
});

/** Gives a directory to the user that the fixture becomes when the test runs as root. */
function giveAway(root: string): void {
  if (process.getuid?.() === 0) execFileSync('chown', ['-R', '65534', root]);
}

for (const withGit of [true, false]) {
  test.runIf(process.platform !== 'win32')(
    `a directory that may not be read is reported, the rest goes on (${withGit ? 'git' : 'no git'})`,
    async () => {
      const root = writeProject({ 'a.js': '', 'closed/b.js': '' });
      if (withGit) execFileSync('git', ['init', '-q'], { cwd: root });
      giveAway(root);
      chmodSync(join(root, 'closed'), 0o000);
      const { out } = await ended(start('test/fixtures/unprivileged-walk.ts', [root], root));
      expect(JSON.parse(out)).toMatchObject({
        byGit: withGit,
        paths: ['a.js'],
        problems: [{ kind: 'unreadable', code: 'seaworthy.cli.DIRECTORY_UNREADABLE', file: 'closed' }],
      });
    },
  );
}

test.runIf(process.platform !== 'win32')('a project directory that may not be read is an error', async () => {
  const root = writeProject({});
  mkdirSync(join(root, 'closed'));
  giveAway(root);
  chmodSync(join(root, 'closed'), 0o000);
  const { out } = await ended(start('test/fixtures/unprivileged-walk.ts', [join(root, 'closed')], root));
  expect(JSON.parse(out)).toEqual({ code: 'seaworthy.cli.DIRECTORY_UNREADABLE' });
});

test.runIf(process.platform !== 'win32')(
  'a watch writes one line of JSON for each round, and Ctrl-C ends it with 130 and without a word',
  async () => {
    const root = writeProject(broken);
    const child = start('src/main.ts', ['audit', '--watch', '--format', 'json'], root);
    const outcome = ended(child);
    const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
    const first = JSON.parse((await lines.next()).value ?? '');
    writeFileSync(join(root, 'more.js'), 'let = = ;\n');
    const second = JSON.parse((await lines.next()).value ?? '');
    child.kill('SIGINT');
    const { code, err } = await outcome;
    expect([first.stats.files, second.stats.files, second.problems.length]).toEqual([2, 3, 1]);
    expect([code, err]).toEqual([130, '']);
  },
);
