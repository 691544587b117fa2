import { lstatSync, renameSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withContents } from '../src/cache/contents.ts';
import { openStamps } from '../src/cache/stamps.ts';
import { keep, readKept } from '../src/cache/store.ts';
import { contentOf } from '../src/project/read.ts';
import { walk } from '../src/project/walk.ts';
import { writeProject, type Files } from './support/project.ts';

interface Place {
  readonly root: string;
  readonly place: string;
}

function start(files: Files = { 'a.js': 'one', 'b.js': 'two' }): Place {
  return { root: writeProject(files), place: writeProject({}) };
}

/** Long after the files were written, as the clock has it. */
const later = (): number => Date.now() + 60_000;

async function contents({ root, place }: Place, now = later()): Promise<ReadonlyMap<string, string | undefined>> {
  const stamps = openStamps(place, now);
  const { entries } = await withContents(root, await walk(root, root, { hasTimes: true }), stamps);
  stamps.keep();
  return new Map(entries.map(({ path, content }) => [path, content]));
}

function real({ root }: Place, path: string): string {
  const absolute = join(root, path);
  return contentOf(absolute, lstatSync(absolute).size);
}

const stampsIn = ({ place }: Place): string => join(place, 'stamps.json');

/** Puts other contents into what is kept: who answers with them has not read the file. */
function lie(project: Place): void {
  const value: unknown = readKept(stampsIn(project));
  const list: readonly object[] = Array.isArray(value) ? value : [];
  keep(
    stampsIn(project),
    list.map((each) => ({ ...each, content: 'known' })),
  );
}

test('a file that nobody has written to is not read again', async () => {
  const project = start();
  expect(await contents(project)).toEqual(
    new Map([
      ['a.js', real(project, 'a.js')],
      ['b.js', real(project, 'b.js')],
    ]),
  );
  lie(project);
  expect([...(await contents(project)).values()]).toEqual(['known', 'known']);
});

test('what was written just before it was listed is read again: the next write may have the same time', async () => {
  const project = start();
  await contents(project, Date.now());
  expect(readKept(stampsIn(project))).toBeUndefined();
  await contents(project);
  lie(project);
  writeFileSync(join(project.root, 'c.js'), 'new');
  await contents(project, Date.now());
  expect(readKept(stampsIn(project))).toMatchObject([{ path: 'a.js' }, { path: 'b.js' }]);
});

const writes: readonly (readonly [what: string, write: (root: string) => void])[] = [
  ['with another size', (root) => writeFileSync(join(root, 'a.js'), 'longer')],
  ['with the same size', (root) => writeFileSync(join(root, 'a.js'), 'eno')],
  [
    'with the same size, and the old time put back',
    (root) => {
      const { atime, mtime } = lstatSync(join(root, 'a.js'));
      writeFileSync(join(root, 'a.js'), 'eno');
      utimesSync(join(root, 'a.js'), atime, mtime);
    },
  ],
  [
    'by another file of the same size and time in its place',
    (root) => {
      const { atime, mtime } = lstatSync(join(root, 'a.js'));
      writeFileSync(join(root, 'draft'), 'eno');
      utimesSync(join(root, 'draft'), atime, mtime);
      renameSync(join(root, 'draft'), join(root, 'a.js'));
    },
  ],
];

for (const [what, write] of writes) {
  test(`a file that is written ${what} is read again`, async () => {
    const project = start();
    await contents(project);
    // The system counts in steps of milliseconds: a write within the same one is what the doubt is for, and the test before.
    const { ctimeMs } = lstatSync(join(project.root, 'a.js'));
    await expect.poll(() => Date.now() - ctimeMs).toBeGreaterThan(20);
    write(project.root);
    expect((await contents(project)).get('a.js')).toBe(real(project, 'a.js'));
  });
}

test('a file that is gone is forgotten, and a link is never known', async () => {
  const project = start();
  if (process.platform !== 'win32') symlinkSync('a.js', join(project.root, 'link.js'));
  await contents(project);
  renameSync(join(project.root, 'b.js'), join(project.root, 'z.js'));
  expect((await contents(project)).get('z.js')).toBe(real(project, 'z.js'));
  const kept: unknown = readKept(stampsIn(project));
  expect(Array.isArray(kept) && kept.map((each) => each.path)).toEqual(['a.js', 'z.js']);
});

test('what is kept and is none is not believed', async () => {
  for (const wrong of [{}, 7, null, [null], [{ path: 'a.js' }], [{ path: 'a.js', stamp: 1, content: 'x' }]]) {
    const project = start();
    keep(stampsIn(project), wrong);
    expect((await contents(project)).get('a.js')).toBe(real(project, 'a.js'));
  }
  const project = start();
  await contents(project);
  lie(project);
  // Edited by hand: it does not fit its sum.
  writeFileSync(stampsIn(project), `x\n${JSON.stringify(readKept(stampsIn(project)))}`);
  expect((await contents(project)).get('a.js')).toBe(real(project, 'a.js'));
});

test('a file system that numbers no files is read every time', () => {
  const place = writeProject({});
  const entry = { path: 'a.js', bytes: 3, isFile: true, times: { writtenMs: 1, changedMs: 1, inode: 0 } };
  const stamps = openStamps(place, later());
  stamps.set(entry, 'x');
  stamps.keep();
  expect(openStamps(place, later()).contentOf(entry)).toBeUndefined();
});

test('a file is known only with the very size, times and number that it was read with', () => {
  const entry = fc.record({
    path: fc.constantFrom('a.js', 'b.js'),
    bytes: fc.nat(3),
    isFile: fc.constant(true),
    times: fc.record({ writtenMs: fc.nat(3), changedMs: fc.nat(3), inode: fc.integer({ min: 1, max: 3 }) }),
  });
  const place = writeProject({});
  fc.assert(
    fc.property(entry, entry, (read, listed) => {
      const stamps = openStamps(place, 10_000);
      stamps.set(read, 'content');
      stamps.keep();
      const isSame = JSON.stringify(read) === JSON.stringify(listed);
      expect(openStamps(place, 10_000).contentOf(listed)).toBe(isSame ? 'content' : undefined);
    }),
    { numRuns: 200 },
  );
});
