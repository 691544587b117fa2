import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { listFiles } from '../repository/files.ts';
import { readProgramRuns } from './programs.ts';
import { readSummary, type Summary } from './summary.ts';

/** Measured apart: a line that only the start of a server reaches has no unit test. */
export const kinds = ['unit', 'integration'] as const;
export type Kind = (typeof kinds)[number];

/** One measured run of the tests of a kind: what Vitest is told, and how to read what it wrote. */
export interface Measurement {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

function folderOf(root: string, kind: Kind): string {
  return join(root, 'tmp/coverage', kind);
}

/** Forgets what was measured of a kind. */
export function forget(root: string, kind: Kind): void {
  rmSync(stampOf(root), { force: true });
  rmSync(folderOf(root, kind), { recursive: true, force: true });
}

/** How to run the tests of a kind, or some files of them, so that what they reach is written down under a name. */
export function measurement(root: string, kind: Kind, name = 'report'): Measurement {
  const folder = folderOf(root, kind);
  const programs = join(folder, 'programs');
  mkdirSync(programs, { recursive: true });
  return {
    args: [
      '--passWithNoTests',
      '--coverage',
      '--coverage.reporter=json',
      '--coverage.reportOnFailure',
      `--coverage.reportsDirectory=${join(folder, 'reports', name)}`,
    ],
    env: {
      SEAWORTHY_TEST_KIND: kind,
      SEAWORTHY_CHILD_COVERAGE: programs,
      NODE_OPTIONS: `--import=${pathToFileURL(join(root, 'tools/covered/child-processes.mjs')).href}`,
    },
  };
}

/** What the runs of a kind reached, together. */
export function readMeasured(root: string, kind: Kind): Summary {
  const folder = folderOf(root, kind);
  const reports = globSync('reports/*/coverage-final.json', { cwd: folder }).map((file) => join(folder, file));
  return readSummary(root, reports, readProgramRuns(root, join(folder, 'programs')));
}

/** Says that everything of this tree was measured, so that it need not be measured again. */
export async function rememberMeasured(root: string): Promise<void> {
  writeFileSync(stampOf(root), await fingerprint(root));
}

/** Whether both kinds were measured of exactly these files. */
export async function isMeasured(root: string): Promise<boolean> {
  const stamp = stampOf(root);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === (await fingerprint(root));
}

function stampOf(root: string): string {
  return join(root, 'tmp/coverage/measured');
}

async function fingerprint(root: string): Promise<string> {
  const hash = createHash('sha256');
  for (const file of await listFiles(root)) {
    const content = readFileSync(join(root, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}
