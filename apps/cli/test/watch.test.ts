import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { withBase, type Request } from '../src/compose.ts';
import { watchProject } from '../src/handlers/watch.ts';
import type { Report } from '../src/report/report.ts';
import { watchedDirectories } from '../src/watch/directories.ts';
import { createWatcher, type Watcher, type WatcherOptions } from '../src/watch/watcher.ts';
import { fakeIo, type FakeIo } from './support/io.ts';
import { writeProject, type Files } from './support/project.ts';
import { callRule, makePack } from './support/rules.ts';

interface Watched {
  readonly root: string;
  readonly io: FakeIo;
  /** What rules have looked at, in their order. */
  readonly seen: string[];
  /** What is watched, round by round. */
  readonly rounds: readonly ReadonlySet<string>[];
  /** The next report. */
  next(): Promise<Report>;
  /** Ends the watch and answers its exit code. */
  end(): Promise<number>;
  /** Resolves when something that is not a report was said. */
  told(text: string): Promise<void>;
}

/** Watches a project with one rule, which finds calls of `danger`. */
function watching(files: Files): Watched {
  const root = writeProject(files);
  const io = fakeIo({ cwd: root });
  const controller = new AbortController();
  const seen: string[] = [];
  const rule = callRule('SEA-R901', 'danger', { scope: 'file' });
  const noting = {
    ...rule,
    check: (...parts: Parameters<typeof rule.check>) => {
      seen.push(...parts[0].files('script').map(({ path }) => path));
      return rule.check(...parts);
    },
  };
  const request: Request = { command: 'audit', directory: '.', flags: {}, packs: [makePack(noting)] };
  const reports: Report[] = [];
  const rounds: ReadonlySet<string>[] = [];
  const watcher = createWatcher({ quietMs: 20, mostMs: 200, pollMs: 50 });
  const watch = (directories: ReadonlySet<string>): void => {
    rounds.push(directories);
    watcher.watch(directories);
  };
  let wake = (): void => {};
  const ended = withBase(request, io, (base) =>
    watchProject(request, { ...base, signal: controller.signal }, io, {
      watcher: { ...watcher, watch },
      async print(report) {
        reports.push(report);
        wake();
      },
    }),
  );
  const end = async (): Promise<number> => {
    controller.abort(new DOMException('stop', 'AbortError'));
    return ended;
  };
  onTestFinished(async () => void (await end()));
  return {
    root,
    io,
    seen,
    rounds,
    end,
    async next() {
      while (reports.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      return reports.shift()!;
    },
    async told(text) {
      await expect.poll(() => io.err(), { timeout: 5_000, interval: 20 }).toContain(text);
    },
  };
}

/** Waits until something holds. */
async function until(holds: () => boolean): Promise<void> {
  await expect.poll(holds, { timeout: 5_000, interval: 20 }).toBe(true);
}

const places = ({ findings }: Report): readonly string[] => findings.map(({ file, line }) => `${file}:${line}`);

test('a changed file is looked at again, and no other', async () => {
  const { root, seen, next } = watching({ 'a.js': 'fine();\n', 'b.js': 'danger();\n' });
  expect(places(await next())).toEqual(['b.js:1']);
  expect(seen.splice(0)).toEqual(['a.js', 'b.js']);
  writeFileSync(join(root, 'a.js'), 'danger();\n');
  expect(places(await next())).toEqual(['a.js:1', 'b.js:1']);
  expect(seen).toEqual(['a.js']);
});

test('files that are deleted, renamed, added, broken and mended are followed', async () => {
  const { root, next } = watching({ 'src/a.js': 'danger();\n', 'src/b.js': 'danger();\n' });
  expect(places(await next())).toEqual(['src/a.js:1', 'src/b.js:1']);
  unlinkSync(join(root, 'src/a.js'));
  expect(places(await next())).toEqual(['src/b.js:1']);
  renameSync(join(root, 'src/b.js'), join(root, 'src/c.js'));
  expect(places(await next())).toEqual(['src/c.js:1']);
  writeFileSync(join(root, 'src/c.js'), 'let = = ;');
  const broken = await next();
  expect([places(broken), broken.problems.map(({ kind }) => kind)]).toEqual([[], ['unparsable']]);
  writeFileSync(join(root, 'src/c.js'), '\ndanger();\n');
  const mended = await next();
  expect([places(mended), mended.problems]).toEqual([['src/c.js:2'], []]);
});

test('a file in a directory that was made later, and deep, is found', async () => {
  const { root, rounds, next } = watching({ 'a.js': 'fine();\n' });
  await next();
  mkdirSync(join(root, 'deep/er'), { recursive: true });
  await until(() => rounds.at(-1)!.has(join(root, 'deep/er')));
  writeFileSync(join(root, 'deep/er/b.js'), 'danger();\n');
  expect(places(await next())).toEqual(['deep/er/b.js:1']);
});

test('a change of the config file counts from the next round on; a wrong one is told, and the watch goes on', async () => {
  const { root, next, told } = watching({ 'a.js': 'danger();\n', 'seaworthy.config.json': '{}' });
  expect(places(await next())).toEqual(['a.js:1']);
  writeFileSync(join(root, 'seaworthy.config.json'), '{ "failOn": "nonsense" }');
  await told('failOn');
  writeFileSync(join(root, 'seaworthy.config.json'), '{ "rules": { "SEA-R901": "off" } }');
  expect(places(await next())).toEqual([]);
});

test('a directory that goes and comes back is told once, and found again', async () => {
  const { root, io, rounds, next, told } = watching({ 'a.js': 'danger();\n' });
  await next();
  rmSync(root, { recursive: true });
  await told('seaworthy.cli.DIRECTORY_MISSING');
  const before = rounds.length;
  await until(() => rounds.length > before + 2);
  expect(io.err().split('DIRECTORY_MISSING').length).toBe(3);
  mkdirSync(root);
  writeFileSync(join(root, 'b.js'), 'danger();\n');
  expect(places(await next())).toEqual(['b.js:1']);
});

test('a file that is saved as it was makes no report', async () => {
  const { root, seen, rounds, next } = watching({ 'a.js': 'danger();\n' });
  await next();
  writeFileSync(join(root, 'a.js'), 'danger();\n');
  await until(() => rounds.length > 1);
  writeFileSync(join(root, 'b.js'), 'danger();\n');
  expect(places(await next())).toEqual(['a.js:1', 'b.js:1']);
  expect(seen).toEqual(['a.js', 'b.js']);
});

test('the end is clean: 130, nothing said, and nothing kept', async () => {
  // A folder for temporary files that nobody else writes to tells what was left in it.
  const temporary = mkdtempSync(join(tmpdir(), 'seaworthy-watched-'));
  vi.stubEnv('TMPDIR', temporary);
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(temporary, { recursive: true });
  });
  const kept = (): readonly string[] => readdirSync(temporary).filter((name) => name.startsWith('seaworthy-watch-'));
  const { io, next, end } = watching({ 'a.js': 'danger();\n' });
  await next();
  expect(kept()).toHaveLength(1);
  expect([await end(), io.err(), io.out()]).toEqual([130, '', '']);
  expect(kept()).toEqual([]);
});

/** A watcher of the file system that a test steers. */
function steered(options: WatcherOptions = {}): { readonly watcher: Watcher; readonly open: Map<string, () => void> } {
  const open = new Map<string, () => void>();
  const watcher = createWatcher({
    quietMs: 10,
    mostMs: 50,
    watch(path, listener) {
      open.set(path, listener);
      const handle = { on: () => handle, close: () => void open.delete(path) };
      return handle as never;
    },
    ...options,
  });
  onTestFinished(() => watcher.close());
  return { watcher, open };
}

const never = new AbortController().signal;

test('(1) a change before changed() is called is not lost', async () => {
  const { watcher, open } = steered();
  watcher.watch(new Set(['/a']));
  open.get('/a')!();
  await expect(watcher.changed(never)).resolves.toBeUndefined();
});

test('(2) changes that come together end one wait', async () => {
  const { watcher, open } = steered();
  watcher.watch(new Set(['/a']));
  for (let index = 0; index < 20; index += 1) open.get('/a')!();
  await watcher.changed(never);
  const controller = new AbortController();
  const second = watcher.changed(controller.signal).catch(() => 'still waiting');
  controller.abort(new DOMException('stop', 'AbortError'));
  expect(await second).toBe('still waiting');
});

test('(2) changes without a pause end the wait all the same', async () => {
  const { watcher, open } = steered();
  watcher.watch(new Set(['/a']));
  const timer = setInterval(() => open.get('/a')!(), 2);
  onTestFinished(() => clearInterval(timer));
  const startedAt = performance.now();
  await watcher.changed(never);
  expect(performance.now() - startedAt).toBeGreaterThan(40);
});

test('(3) where the system cannot watch, changed() ends every so often', async () => {
  const { watcher } = steered({
    pollMs: 20,
    watch: () => {
      throw Object.assign(new Error('System limit for number of file watchers reached'), { code: 'ENOSPC' });
    },
  });
  watcher.watch(new Set(['/a']));
  await watcher.changed(never);
  await expect(watcher.changed(never)).resolves.toBeUndefined();
});

test('(4) directories that are watched no more are let go, and close() lets all go', () => {
  const { watcher, open } = steered();
  watcher.watch(new Set(['/a', '/b']));
  watcher.watch(new Set(['/b', '/c']));
  expect([...open.keys()]).toEqual(['/b', '/c']);
  watcher.close();
  expect([...open.keys()]).toEqual([]);
});

test('(5) a directory that went and came back is watched again', async () => {
  const { root, rounds, next } = watching({ 'a.js': 'fine();\n', 'b/c.js': 'fine();\n' });
  await next();
  renameSync(join(root, 'b'), join(root, 'gone'));
  await next();
  mkdirSync(join(root, 'b'));
  await until(() => rounds.at(-1)!.has(join(root, 'b')));
  writeFileSync(join(root, 'b/d.js'), 'danger();\n');
  expect(places(await next())).toEqual(['b/d.js:1']);
});

test('a wait ends with the reason of the signal', async () => {
  const { watcher } = steered();
  watcher.watch(new Set(['/a']));
  const controller = new AbortController();
  const waiting = watcher.changed(controller.signal);
  controller.abort(new DOMException('stop', 'AbortError'));
  await expect(waiting).rejects.toThrow('stop');
});

test('directories with files are watched, those above, and empty ones; what is never audited is not', async () => {
  const root = writeProject({ 'a/b/c.js': '', 'node_modules/x/y.js': '', '.git/HEAD': '' });
  mkdirSync(join(root, 'a/empty/deep'), { recursive: true });
  const entries = [{ path: 'a/b/c.js', bytes: 0, isFile: true }];
  const found = [...(await watchedDirectories(root, entries))].map((path) => path.slice(root.length));
  expect(found.toSorted()).toEqual(['', '/a', '/a/b', '/a/empty', '/a/empty/deep']);
});
