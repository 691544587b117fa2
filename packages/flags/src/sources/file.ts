import { watch as watchDirectory, type FSWatcher } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { FlagDialect } from '../dialects/dialect.ts';
import { expect, expectOptions, expectTime } from './check.ts';
import type { FlagSource } from './source.ts';

// (1) The directory is watched, not the file: a rename or the swap of a symbolic link leaves a watched file behind.
// (2) An event only says "look": whether the file changed is decided by its inode, times and size.
// (3) Every `pollMs` it looks anyway: events get lost, and network file systems send none.
// (4) For a while after a change the file is read again: two writes within one tick of the clock look the same.

export interface FileOptions {
  /** How often to look even without an event. @default 1000 */
  readonly pollMs?: number;
  /** The format of the file. @default flagd's */
  readonly dialect?: FlagDialect;
}

// Writers that do not rename need a moment between the truncation and the last byte.
const settleMs = 25;
const recentMs = 2000;

/** Reads flags from a JSON file and notices when it is replaced, rewritten, removed or comes back. @throws INVALID_OPTION */
export function file(path: string, options: FileOptions = {}): FlagSource {
  expect('path', 'the path of a file', path, typeof path === 'string' && path !== '');
  expectOptions<FileOptions>(options, { pollMs: true, dialect: true });
  const { pollMs = 1000, dialect } = options;
  expectTime('pollMs', pollMs);
  const fullPath = resolve(path);
  return {
    name: `file ${path}`,
    ...(dialect && { dialect }),
    load: (signal) => readFile(fullPath, { encoding: 'utf8', signal }),
    watch: (changed) => watchFile(fullPath, pollMs, changed),
  };
}

function watchFile(path: string, pollMs: number, changed: () => void): Disposable {
  let last: string | undefined;
  let isLooking = false;
  let isOver = false;
  let settling: NodeJS.Timeout | undefined;
  let watcher: FSWatcher | undefined;

  const look = async (): Promise<void> => {
    if (isOver) return;
    if (isLooking) {
      // What changed since that look began may not be in what it sees.
      soon();
      return;
    }
    isLooking = true;
    const { mark, isRecent } = await signatureOf(path);
    isLooking = false;
    if (isOver || (mark === last && !isRecent)) return;
    last = mark;
    changed();
  };
  const soon = (): void => {
    settling ??= setTimeout(() => {
      settling = undefined;
      void look();
    }, settleMs).unref();
  };
  const poll = setInterval(() => {
    watcher ??= openWatcher(path, soon, () => (watcher = undefined));
    void look();
  }, pollMs).unref();
  watcher = openWatcher(path, soon, () => (watcher = undefined));

  return {
    [Symbol.dispose]() {
      isOver = true;
      clearInterval(poll);
      clearTimeout(settling);
      watcher?.close();
    },
  };
}

/** Undefined when the directory cannot be watched (now); then only the poll looks. */
function openWatcher(path: string, onEvent: () => void, onLost: () => void): FSWatcher | undefined {
  try {
    const watcher = watchDirectory(dirname(path), { persistent: false }, onEvent);
    watcher.on('error', () => {
      watcher.close();
      onLost();
    });
    return watcher;
  } catch {
    return undefined;
  }
}

async function signatureOf(path: string): Promise<{ readonly mark: string; readonly isRecent: boolean }> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs, ctimeMs } = await stat(path, { bigint: true });
    return { mark: [dev, ino, size, mtimeNs, ctimeNs].join(':'), isRecent: Date.now() - Number(ctimeMs) < recentMs };
  } catch {
    return { mark: 'absent', isRecent: false };
  }
}
