import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

interface SkippableTest {
  skip(note?: string): never;
}

/** The path of a program of Prometheus' Debian package; without it the test is skipped, with the reason. */
export function programOrSkip(context: SkippableTest, name: 'promtool' | 'prometheus'): string {
  if (process.env['SEAWORTHY_TEST_SERVICES'] === 'none') {
    return context.skip(`needs ${name}: SEAWORTHY_TEST_SERVICES is none`);
  }
  const found = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(isExecutable);
  return found ?? context.skip(`needs ${name}: it is not on the path; install the package "prometheus"`);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
