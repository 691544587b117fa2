import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createProject, type Project } from '../../src/project/project.ts';
import { walk } from '../../src/project/walk.ts';

export type Files = Readonly<Record<string, string | Uint8Array>>;

/** Writes a project into a directory of its own, which goes when the test is over. */
export function writeProject(files: Files): string {
  const root = mkdtempSync(join(tmpdir(), 'seaworthy-cli-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

/** A project made of these files, as the engine sees it. */
export async function openProject(files: Files): Promise<Project> {
  const root = writeProject(files);
  return createProject(root, await walk(root, '.'));
}
