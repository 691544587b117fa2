import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** How a server is started. */
export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** Where it is started. */
  readonly cwd: string;
}

export interface ServerOptions {
  /** The paths of the folders of the workspace. */
  readonly folders: readonly string[];
  /** What the user has set; empty for the server of the workspace. */
  readonly path: string;
  readonly node: string;
}

/** The server that the user names, else that of the first folder with one; undefined when there is none. */
export function findServer({ folders, path, node }: ServerOptions): ServerCommand | undefined {
  const [first] = folders;
  if (first === undefined) return undefined;
  const main = path === '' ? folders.flatMap((folder) => installedIn(folder) ?? [])[0] : path;
  return main === undefined ? undefined : { command: node, args: [main, 'lsp'], cwd: first };
}

/** The command line that is installed for a folder: in it, or in one above, as Node looks for packages. */
function installedIn(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const main = mainIn(join(at, 'node_modules', '@seaworthy', 'cli'));
    if (main !== undefined) return main;
    if (dirname(at) === at) return undefined;
  }
}

function mainIn(directory: string): string | undefined {
  const manifest = join(directory, 'package.json');
  if (!existsSync(manifest)) return undefined;
  const main = join(directory, 'dist', 'main.js');
  return /"seaworthy"/.test(readFileSync(manifest, 'utf8')) && existsSync(main) ? main : undefined;
}
