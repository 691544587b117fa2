import { cpSync, linkSync, mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { plainEnvironment } from '../../process/program.ts';
import { npm } from '../../process/npm.ts';
import { run, type RunResult } from '../../process/run.ts';
import { listFiles } from '../../repository/files.ts';
import { root } from '../../repository/root.ts';

const measured = new Set([
  'NODE_OPTIONS',
  'NODE_V8_COVERAGE',
  'SEAWORTHY_TEST_COVERAGE',
  'SEAWORTHY_TEST_REPEAT',
  'SEAWORTHY_TEST_KIND',
  'SEAWORTHY_CHILD_COVERAGE',
]);

/** A copy of this repository, to break things in. */
export interface Copy {
  readonly folder: string;
  /** `npm run <script> -- <argument> …` in the copy. */
  npmRun(script: string, ...args: readonly string[]): Promise<RunResult>;
  remove(): void;
}

/** Copies every file that git knows or could know; dependencies are linked, which takes a second instead of a minute. */
export async function copyRepository(): Promise<Copy> {
  const folder = mkdtempSync(join(tmpdir(), 'seaworthy-copy-'));
  for (const file of await listFiles(root)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(root, file), join(folder, file));
  }
  linkDependencies('node_modules', folder);
  for (const floor of ['packages', 'apps']) {
    for (const name of readdirSync(join(root, floor))) linkDependencies(join(floor, name, 'node_modules'), folder);
  }
  await run('git', ['init', '--quiet'], { cwd: folder });
  // The copy finds its own programs: what npm told us about this repository is not true there, and what a measured run
  // told its tests is not meant for it.
  const inherited = Object.entries(plainEnvironment()).filter(
    ([name]) => !/^(npm_(package|lifecycle|config_local)|INIT_CWD|VITEST)/i.test(name) && !measured.has(name),
  );
  const env = { ...Object.fromEntries(inherited), PATH: process.env['PATH'] };
  return {
    folder,
    npmRun: (script, ...args) => npm(['run', '--silent', script, '--', ...args], { cwd: folder, env }),
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

function linkDependencies(path: string, folder: string): void {
  const from = join(root, path);
  try {
    readdirSync(from);
  } catch {
    return;
  }
  linkTree(from, join(folder, path), true);
}

function linkTree(from: string, to: string, isTop: boolean): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    // npm and Vitest write into these in place, and a link would let them write into ours.
    const isWritten = isTop && entry.name.startsWith('.') && entry.name !== '.bin';
    if (isWritten && entry.isDirectory()) continue;
    if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else if (entry.isDirectory()) linkTree(source, target, false);
    else if (isWritten || !link(source, target)) cpSync(source, target);
  }
}

// False when the temporary folder is on another disk.
function link(source: string, target: string): boolean {
  try {
    linkSync(source, target);
    return true;
  } catch {
    return false;
  }
}
