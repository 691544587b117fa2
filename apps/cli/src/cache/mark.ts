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
  // Names alone: in the archives that Yarn keeps packages in, entries do not know their directory.
  const files = readdirSync(own, { recursive: isSource, encoding: 'utf8' })
    .filter((name) => name.endsWith(isSource ? '.ts' : '.js') && !name.includes('fixtures'))
    .map((name) => {
      const { size, mtimeMs } = statSync(join(own, name));
      return `${name} ${size} ${mtimeMs}`;
    });
  return [readVersion(), process.version, ...files.toSorted()].join('\n');
}
