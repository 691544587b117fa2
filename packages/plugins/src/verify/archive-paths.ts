import type { Limits } from './archive-limits.ts';

// Names that mean a device, and endings that are dropped: on Windows, another file than the one that was checked.
const device = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i;
const unsafe = /[\p{Cc}\\:*?"<>|\p{Cf}\u2028\u2029]/u;

/** Why a path of a package is refused; nothing when it is good everywhere. Slashes at the end are the caller's. */
export function pathProblem(path: string, { maxPathBytes, maxDepth }: Limits): string | undefined {
  const bytes = Buffer.byteLength(path);
  if (bytes > maxPathBytes) return `its path has ${bytes} bytes, and at most ${maxPathBytes} are allowed`;
  if (path.startsWith('/') || /^[a-z]:/i.test(path)) return 'its path is absolute';
  const segments = path.split('/');
  if (segments.length - 1 > maxDepth) {
    return `it lies ${segments.length - 1} folders deep, and at most ${maxDepth} are allowed`;
  }
  if (segments.includes('..')) return 'its path leads out of the package by ".."';
  if (segments.some((segment) => segment === '' || segment === '.')) return 'its path has an empty part or a "."';
  if (segments.some(isUnsafe)) return 'its path has a name that some systems read differently';
  return undefined;
}

function isUnsafe(segment: string): boolean {
  return unsafe.test(segment) || device.test(segment) || /[. ]$/.test(segment) || !segment.isWellFormed();
}

const plain = /^[\w./@ -]*$/;

/** The form in which two names are one file on systems that ignore case, or that compose letters. */
function folded(path: string): string {
  if (plain.test(path)) return path.toLowerCase();
  return path.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC');
}

/** Remembers all paths of an archive and finds two that would be one file somewhere. */
export class SeenPaths {
  #lastFolder = '';
  readonly #seen = new Map<string, { readonly path: string; readonly isFolder: boolean }>();

  /** Why a path cannot stand beside the ones before. */
  add(path: string, isFolder: boolean): string | undefined {
    return this.#addFolders(path.slice(0, Math.max(0, path.lastIndexOf('/')))) ?? this.#addOne(path, isFolder);
  }

  #addFolders(path: string): string | undefined {
    // Files of one folder come one after the other.
    if (path === this.#lastFolder) return undefined;
    const segments = path.split('/');
    for (let depth = 1; depth <= segments.length; depth += 1) {
      const problem = this.#addOne(segments.slice(0, depth).join('/'), true);
      if (problem !== undefined) return problem;
    }
    this.#lastFolder = path;
    return undefined;
  }

  #addOne(path: string, isFolder: boolean): string | undefined {
    const key = folded(path);
    const before = this.#seen.get(key);
    if (before === undefined) {
      this.#seen.set(key, { path, isFolder });
      return undefined;
    }
    if (before.path !== path) return `it is ${JSON.stringify(before.path)} again, in another spelling`;
    if (isFolder && before.isFolder) return undefined;
    return before.isFolder === isFolder ? 'it is there twice' : 'it is a file and a folder';
  }
}
