import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readVersion } from '../version.ts';

const own = fileURLToPath(new URL('..', import.meta.url));

/**
 * Changes whenever the code that answers may have changed: with the version of the package, with that of Node, and from source with
 * every edit. Loading the rules to ask for their versions would take longer than to read a project.
 */
export function codeMark(): string {
  const files = readdirSync(own, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.[jt]s$/.test(entry.name) && !entry.parentPath.includes('fixtures'))
    .map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      const { size, mtimeMs } = statSync(path);
      return `${path.slice(own.length)} ${size} ${mtimeMs}`;
    });
  return [readVersion(), process.version, ...files.toSorted()].join('\n');
}
