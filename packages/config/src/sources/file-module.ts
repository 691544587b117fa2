import { failureName } from '../failure.ts';
import { node } from '../node.ts';
import { bindTree } from './bind-tree.ts';
import { failedReading, type ReadContext, type Reading } from './source.ts';

/** Binds the default export of a module. */
export async function readModule(path: string, name: string, { shape }: ReadContext): Promise<Reading> {
  const { mtimeMs, size, ino } = await node.fs.promises.stat(path);
  const url = node.url.pathToFileURL(path).href;
  let loaded: unknown;
  try {
    // The query makes a reload see the changed file: modules are cached by their whole URL, also one that was half-written a
    // moment ago, and the clock of a file system may stand still for some milliseconds.
    loaded = await import(`${url}?changed=${mtimeMs}-${size}-${ino}`);
  } catch (error) {
    return failedReading(name + lineInStack(error, path), `could not be imported (${failureName(error)}).`);
  }
  return bindTree(defaultExport(loaded), shape, () => name);
}

function defaultExport(loaded: unknown): unknown {
  return typeof loaded === 'object' && loaded !== null && 'default' in loaded ? loaded.default : undefined;
}

/** The line of a module that a failure points at: the message itself may quote a secret. */
function lineInStack(error: unknown, path: string): string {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const after = stack.split(path)[1] ?? '';
  return /^(?:\?[^:\s]*)?((?::\d+){1,2})/.exec(after)?.[1] ?? '';
}
