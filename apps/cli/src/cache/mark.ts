import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readVersion } from '../version.ts';

// Modules are joined at the top of the build.
const isSource = import.meta.filename.endsWith('.ts');
const own = isSource ? dirname(import.meta.dirname) : import.meta.dirname;

/**
 * Changes whenever the code that answers may have changed: with the version of the package, with that of Node, and from source with
 * every edit. Loading the rules to ask for their versions would take longer than to read a project.
 */
export function codeMark(): string {
  const files = readdirSync(own, { recursive: isSource, withFileTypes: true })
    .filter(
      (entry) =>
        entry.isFile() && entry.name.endsWith(isSource ? '.ts' : '.js') && !entry.parentPath.includes('fixtures'),
    )
    .map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      const { size, mtimeMs } = statSync(path);
      return `${path.slice(own.length)} ${size} ${mtimeMs}`;
    });
  return [readVersion(), process.version, ...files.toSorted()].join('\n');
}
