// What an import takes in a new process, by the names that users write. Ours is the built package: the condition for
// sources is not passed on.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Measured } from './harness.ts';

/** Three ways to look at the same processes, by turns. */
export interface Imports {
  /** The first import of a program: Node's loader is used for the first time as well. */
  readonly first: readonly Measured[];
  /** What the package itself adds: the program has imported a package of one line before. */
  readonly further: readonly Measured[];
  /**
   * The same without what a second package of one line takes there: finding, opening and linking a module. What is left is
   * reading, compiling and running the package's own code.
   */
  readonly own: readonly Measured[];
}

/** Milliseconds, a measurement for each round. */
export function measureImports(ours: string, peers: readonly string[], rounds: number): Imports {
  const folder = installTogether([ours, ...peers]);
  try {
    const round = (before: readonly string[]): Measured => ({
      ours: importMs(folder, ours, before),
      peers: peers.map((peer) => importMs(folder, peer, before)),
    });
    const all = Array.from({ length: rounds }, () => {
      const [first, further] = [round([]), round([oneLine])];
      return { first, further, own: without(importMs(folder, anotherLine, [oneLine]), further) };
    });
    return {
      first: all.map(({ first }) => first),
      further: all.map(({ further }) => further),
      own: all.map(({ own }) => own),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function without(ms: number, { ours, peers }: Measured): Measured {
  return { ours: ours - ms, peers: peers.map((peer) => peer - ms) };
}

const oneLine = 'one-line';
const anotherLine = 'another-line';

/** A program's folder with links to the packages, as npm makes them in a workspace, and two packages of one line. */
function installTogether(names: readonly string[]): string {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'seaworthy-imports-'));
  for (const name of names) {
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(installed(name), link, 'junction');
  }
  for (const name of [oneLine, anotherLine]) {
    const small = join(folder, 'node_modules', name);
    mkdirSync(small);
    writeFileSync(join(small, 'package.json'), JSON.stringify({ type: 'module', exports: { '.': './index.js' } }));
    writeFileSync(join(small, 'index.js'), 'export const one = 1;\n');
  }
  return folder;
}

/** The folder of a package, found from here as Node finds it. */
function installed(name: string, from: string = import.meta.dirname): string {
  const folder = join(from, 'node_modules', name);
  try {
    return realpathSync(folder);
  } catch {
    if (dirname(from) === from) throw new Error(`${name} is not installed. Run npm install.`);
    return installed(name, dirname(from));
  }
}

function importMs(folder: string, name: string, before: readonly string[]): number {
  const program = `${before.map((other) => `await import('${other}');`).join('')}
    const startedAt = performance.now(); await import('${name}'); console.log(performance.now() - startedAt);`;
  // `--baseline` puts the last release in the place of ours by a preload.
  const preloads = process.execArgv.filter((argument) => argument.startsWith('--import='));
  const args = [...preloads, '--input-type=module', '--eval', program];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', cwd: folder });
  const milliseconds = Number.parseFloat(stdout);
  if (Number.isFinite(milliseconds)) return milliseconds;
  process.stderr.write(`${name} could not be imported. Run it by npm run bench, which builds first.\n${stderr}`);
  return process.exit(3);
}
