import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../process/run.ts';

/** Files that are in git or could be added to it (ignored ones are not), from the root, sorted, with forward slashes. */
export async function listFiles(root: string, ...patterns: readonly string[]): Promise<readonly string[]> {
  const { code, stdout, stderr } = await run(
    'git',
    ['ls-files', '--cached', '--others', '--exclude-standard', '-z', '--', ...patterns],
    { cwd: root },
  );
  if (code !== 0) throw new Error(`git could not list the files of ${root}: ${stderr.trim()}`);
  return [...new Set(stdout.split('\0'))].filter((file) => file !== '' && existsSync(join(root, file))).toSorted();
}
