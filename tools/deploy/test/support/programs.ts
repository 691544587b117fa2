import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The part of Vitest's test context that skips with a reason. */
interface SkippableTest {
  skip(note?: string): never;
}

/** Where a program is; undefined where it is not installed. */
export function findProgram(name: string): string | undefined {
  const candidates = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name));
  return candidates.find(isExecutable);
}

/** Where a program is; without it the test is skipped, and `npm test` prints why. */
export function programFor(context: SkippableTest, name: string, what: string): string {
  return findProgram(name) ?? context.skip(`${name} is not installed, so ${what}`);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
