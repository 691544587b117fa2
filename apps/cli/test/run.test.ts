import { expect, test } from 'vitest';
import { run } from '../src/run.ts';
import { readVersion } from '../src/version.ts';
import { fakeIo } from './support/io.ts';
import { writeProject } from './support/project.ts';

interface Case {
  readonly words: readonly string[];
  readonly code: number;
  readonly out?: RegExp;
  readonly err?: RegExp;
}

const cases: readonly Case[] = [
  { words: [], code: 0, out: /seaworthy audit .*\n.*seaworthy explain SEA-R012 .*\n.*seaworthy init / },
  { words: ['--locale', 'de'], code: 0, out: /seaworthy init {2,}richtet ein Projekt ein/ },
  { words: ['--version'], code: 0, out: new RegExp(`^${readVersion()}\n$`) },
  { words: ['--help'], code: 0, out: /COMMANDS\n {2}audit/ },
  { words: ['audit', '--help'], code: 0, out: /--fail-on/ },
  { words: ['report'], code: 0, out: /push/ },
  { words: ['adit'], code: 2, err: /did you mean `audit`/ },
  { words: ['audit', '--formt', 'json'], code: 2, err: /did you mean --format/ },
  { words: ['audit', 'a', 'b'], code: 2, err: /Too many arguments/ },
  { words: ['explain'], code: 2, err: /Expected argument for id/ },
  { words: ['rules', '--format', 'yaml'], code: 2, err: /pretty\|json/ },
  {
    words: ['audit', '--format', 'prety'],
    code: 2,
    err: /format: expected one of .*Did you mean "pretty"\? \(--format\)/,
  },
  {
    words: ['audit', '--rule-timeout', 'soon', '--fail-on', 'errors'],
    code: 2,
    err: /--rule-timeout[^]*--fail-on|--fail-on[^]*--rule-timeout/,
  },
  { words: ['audit', 'nowhere'], code: 2, err: /There is no directory "nowhere"/ },
  { words: ['audit', 'a.ts'], code: 2, err: /"a\.ts" is not a directory/ },
  { words: ['audit', 'empty'], code: 2, err: /There is no file to audit in "empty"/ },
  {
    words: ['explain', 'SEA-R99999'],
    code: 2,
    err: /Nothing is known[^]*more {2}seaworthy explain seaworthy\.cli\.UNKNOWN_ID/,
  },
  { words: ['rules'], code: 0, out: /SEA-R001/ },
  { words: ['explain', 'SEA-R001'], code: 0, out: /^# / },
];

for (const { words, code, out = /^$/, err = /^$/ } of cases) {
  test(`seaworthy ${words.join(' ')} ends in ${code}`, async () => {
    const cwd = writeProject({ 'a.ts': 'fine();', 'empty/.gitignore': '*\n' });
    const io = fakeIo({ cwd });
    expect(await run(words, io)).toBe(code);
    expect(io.out()).toMatch(out);
    expect(io.err()).toMatch(err);
  });
}

test('what bare seaworthy names can be run as it is written', async () => {
  const bare = fakeIo({ cwd: writeProject({}) });
  await run([], bare);
  const named = Array.from(bare.out().matchAll(/^ {2}seaworthy (\S+)(.*?) {2,}/gm), ([, name = '', rest = '']) => [
    name,
    ...rest.split(' ').filter((word) => word !== ''),
  ]);
  expect(named).toHaveLength(3);
  for (const words of named) {
    const io = fakeIo({ cwd: bare.cwd });
    expect([await run([...words, '--help'], io), io.out().startsWith('USAGE')]).toEqual([0, true]);
  }
});

test('the built-in rules run over a small service', async () => {
  const cwd = writeProject({
    'package.json': '{ "name": "shop", "private": true, "scripts": { "start": "node server.js" } }',
    'server.js': "require('node:http').createServer((req, res) => res.end('ok')).listen(8080);\n",
  });
  const io = fakeIo({ cwd });
  await run(['audit', '--format', 'json'], io);
  const report = JSON.parse(io.out());
  expect(report.problems).toEqual([]);
  expect(report.findings.map(({ title }: { title: string }) => title)).toContain('no SIGTERM handler');
});
