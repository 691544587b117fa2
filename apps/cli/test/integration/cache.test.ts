import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openAnswers } from '../../src/cache/answers.ts';
import { cachePlace } from '../../src/cache/place.ts';
import { keep, readKept } from '../../src/cache/store.ts';
import { audit, type AuditFlags } from '../../src/handlers/audit.ts';
import type { FileAnswer } from '../../src/engine/file-answer.ts';
import { SourceFile } from '../../src/project/file.ts';
import { seaworthy } from '../support/bin.ts';
import { fakeIo } from '../support/io.ts';
import { writeProject, type Files } from '../support/project.ts';

const service: Files = {
  'package.json':
    '{ "name": "shop", "version": "1.0.0", "private": true, "scripts": { "start": "node src/server.js" } }',
  'src/server.js': "require('node:http').createServer(() => {}).listen(8080);\n",
  'src/a.js': 'try {\n  await work();\n} catch {}\n',
  'src/b.js': "// seaworthy-ignore-next-line SEA-R001: a sign\nthrow 'b';\n",
  'src/broken.js': 'let = = ;',
};

interface Project {
  readonly cwd: string;
  readonly place: string;
}

function start(files: Files = service): Project {
  const cwd = writeProject(files);
  return { cwd, place: writeProject({}) };
}

/** An audit in this process: what it prints, and whether it had to look. */
async function run(
  { cwd, place }: Project,
  flags: AuditFlags = {},
): Promise<{ readonly out: string; readonly looked: boolean }> {
  const before = kept(place, 'report.json');
  const io = fakeIo({ cwd });
  await audit({ format: 'json', cache: true, cacheDirectory: place, ...flags }, '.', io);
  return { out: io.out(), looked: kept(place, 'report.json') !== before };
}

/** What identifies the file that was written last. */
function kept(place: string, name: string): number | undefined {
  const [directory = ''] = readdirSync(place);
  const path = join(place, directory, name);
  return existsSync(path) ? statSync(path).ino : undefined;
}

function pathOf({ place }: Project, name: string): string {
  return join(place, readdirSync(place)[0]!, name);
}

async function cold({ cwd }: Project, flags: AuditFlags = {}): Promise<string> {
  return (await run({ cwd, place: writeProject({}) }, flags)).out;
}

test('a second run gives the same bytes without looking, and --timings are its own', async () => {
  const project = start();
  const first = await run(project);
  const second = await run(project);
  expect([first.looked, second.looked, second.out]).toEqual([true, false, first.out]);
  const timed = JSON.parse((await run(project, { timings: true })).out);
  expect(timed.stats.durationMs).toBeGreaterThanOrEqual(0);
  expect(JSON.parse(first.out)).toMatchObject({ suppressed: 1, problems: [{ file: 'src/broken.js' }] });
});

const changes: readonly (readonly [what: string, change: (cwd: string) => void])[] = [
  ['a file that changes', (cwd) => writeFileSync(join(cwd, 'src/a.js'), "throw 'a';\n")],
  [
    'a file of the same size and time',
    (cwd) => writeFileSync(join(cwd, 'src/b.js'), '// seaworthy-ignore-next-line SEA-R001: a sign\nthrow  b ;\n'),
  ],
  ['a file that is new', (cwd) => writeFileSync(join(cwd, 'src/c.js'), 'debugger;\n')],
  ['a broken file that is mended', (cwd) => writeFileSync(join(cwd, 'src/broken.js'), 'debugger;\n')],
  [
    'what the project is',
    (cwd) => writeFileSync(join(cwd, 'package.json'), '{ "name": "lib", "version": "1.0.0", "main": "src/a.js" }'),
  ],
  ['the settings', (cwd) => writeFileSync(join(cwd, 'seaworthy.config.json'), '{ "rules": { "SEA-R002": "error" } }')],
];

for (const [what, change] of changes) {
  test(`${what} is seen, and the answer is that of a run without a cache`, async () => {
    const project = start();
    await run(project);
    change(project.cwd);
    const { out, looked } = await run(project);
    expect([looked, out]).toEqual([true, await cold(project)]);
  });
}

for (const name of ['report.json', 'files.json']) {
  for (const [what, break_] of [
    ['torn', (text: string) => text.slice(0, -20)],
    ['edited', (text: string) => text.replace('src/a.js', 'src/x.js')],
  ] as const) {
    test(`a ${name} that is ${what} is no ${name}`, async () => {
      const project = start();
      const { out } = await run(project);
      const path = pathOf(project, name);
      writeFileSync(path, break_(readFileSync(path, 'utf8')));
      if (name === 'files.json') writeFileSync(pathOf(project, 'report.json'), '');
      expect((await run(project)).out).toBe(out);
      expect(readKept(path)).toBeDefined();
    });
  }
}

test('answers that are well written and wrong inside are no answers', () => {
  const directory = writeProject({});
  const answer: FileAnswer = { path: 'a.js', problems: [], findings: [], suppressions: [], applicable: [] };
  const file = new SourceFile('/', { path: 'a.js', bytes: 1, isFile: true, content: 'x' }, () => {});
  for (const wrong of [
    {},
    { ...answer, findings: [{ rule: 'SEA-R001', raw: { file: '../x' } }] },
    { ...answer, problems: 1 },
  ]) {
    keep(join(directory, 'files.json'), { key: 'k', files: [{ content: 'x', answer: wrong }] });
    expect(openAnswers(directory, 'k').get(file)).toBeUndefined();
  }
  keep(join(directory, 'files.json'), { key: 'k', files: [{ content: 'x', answer }] });
  expect([openAnswers(directory, 'k').get(file), openAnswers(directory, 'other').get(file)]).toEqual([
    answer,
    undefined,
  ]);
});

test('a cache that cannot be written changes nothing', async () => {
  const project = start();
  const place = join(project.place, 'file');
  writeFileSync(place, '');
  const io = fakeIo({ cwd: project.cwd });
  await audit({ format: 'json', cache: true, cacheDirectory: place }, '.', io);
  expect([io.out(), io.err()]).toEqual([await cold(project), '']);
});

test('runs at the same time do not disturb each other', async () => {
  const project = start();
  const args = ['audit', '--format', 'json', '--cache', '--cache-directory', project.place];
  const runs = await Promise.all(Array.from({ length: 4 }, () => seaworthy(args, project.cwd)));
  const expected = await cold(project);
  expect(runs.map(({ out, err }) => [out, err])).toEqual(runs.map(() => [expected, '']));
  const left = readdirSync(join(project.place, readdirSync(project.place)[0]!));
  expect(left).toEqual(expect.arrayContaining(['files.json', 'report.json']));
  expect(left.filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test('a rule that did not finish leaves nothing for the next run', async () => {
  const project = start();
  await run(project, { ruleTimeout: '1' });
  const { out } = await run(project);
  expect(out).toBe(await cold(project));
});

test.runIf(process.platform !== 'win32')('a link in the place of a file is replaced, not followed', () => {
  const directory = writeProject({ 'precious.txt': 'precious' });
  mkdirSync(join(directory, 'cache'));
  symlinkSync('../precious.txt', join(directory, 'cache/report.json'));
  keep(join(directory, 'cache/report.json'), { a: 1 });
  expect(readFileSync(join(directory, 'precious.txt'), 'utf8')).toBe('precious');
  expect(readKept(join(directory, 'cache/report.json'))).toEqual({ a: 1 });
});

test('a draft is not left behind when the place cannot be written', () => {
  const directory = writeProject({});
  mkdirSync(join(directory, 'report.json'));
  expect(() => keep(join(directory, 'report.json'), {})).toThrow(/EISDIR|ENOTEMPTY|EEXIST|EPERM/);
  expect(readdirSync(directory)).toEqual(['report.json']);
  chmodSync(directory, 0o755);
});

test('each project has a place of its own, in the cache directory of the user', () => {
  const variables = { XDG_CACHE_HOME: '/cache' };
  const [one, two] = ['/a', '/b'].map((root) => cachePlace(root, { chosen: undefined, cwd: '/', variables }));
  expect(one).toMatch(/^\/cache\/seaworthy\/[0-9a-f]{16}$/);
  expect(two).not.toBe(one);
  expect(cachePlace('/a', { chosen: 'here', cwd: '/w', variables: {} })).toMatch(/^\/w\/here\/[0-9a-f]{16}$/);
  expect(cachePlace('/a', { chosen: undefined, cwd: '/', variables: { XDG_CACHE_HOME: 'relative' } })).toMatch(
    /\.cache\/seaworthy/,
  );
});
