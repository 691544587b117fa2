// (1) A number is given out once: who creates `<number>.json` owns it. The highest is never forgotten, the others in order.
// (2) A file is empty until its version is complete, and then never changes.
// (3) No process waits for another: one that is stopped or killed anywhere keeps none from adding a version.
import { removeQuietly, removeStaleDrafts } from './drafts.ts';
import { failureCode, failureName } from './failure.ts';
import { ConfigErrors } from './errors.ts';
import { jsonText } from './plain.ts';
import { node } from './node.ts';
import { notWritten, replaceFile } from './write-file.ts';

/** A folder with a file for each version, which many processes may add to. */
export interface VersionFiles {
  /** The complete versions that `known` does not have, by number; those that cannot be understood are put aside. */
  read(known: (version: number) => boolean): ReadonlyMap<number, object>;
  /**
   * Adds a version under the next free number, and forgets all but the newest `keep`.
   *
   * @param least The number is at least this.
   */
  add(content: object, least: number, keep: number): Promise<number>;
}

/**
 * Opens the folder, and removes what killed processes left half-written.
 *
 * @throws seaworthy.config.FILE_FAILED
 */
export async function openVersionFiles(folder: string): Promise<VersionFiles> {
  try {
    await node.fs.promises.mkdir(folder, { recursive: true });
    await removeStaleDrafts(folder);
  } catch (error) {
    throw notRead(folder, error);
  }
  return {
    read: (known) => readVersions(folder, known),
    add: async (content, least, keep) => {
      try {
        await node.fs.promises.mkdir(folder, { recursive: true });
        const version = await claim(folder, least);
        await replaceFile(pathOf(folder, version), `${jsonText({ version, ...content }, 2)}\n`);
        await forget(folder, version - keep);
        return version;
      } catch (error) {
        throw notWritten(folder, error);
      }
    },
  };
}

const fileName = /^(\d{1,15})\.json(\.damaged)?$/;

/** The numbers that are taken, the lowest first. */
function numbersIn(names: readonly string[]): readonly number[] {
  const numbers = names.flatMap((name) => fileName.exec(name)?.[1] ?? []);
  return [...new Set(numbers.map(Number))].toSorted((a, b) => a - b);
}

async function listNumbers(folder: string): Promise<readonly number[]> {
  return numbersIn(await node.fs.promises.readdir(folder));
}

function pathOf(folder: string, version: number): string {
  return node.path.join(folder, `${version}.json`);
}

const maxAttempts = 10_000;

/** Creates the file of the next number, which nobody else can do then. */
async function claim(folder: string, least: number): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    const highest = (await listNumbers(folder)).at(-1) ?? 0;
    const version = Math.max(highest + 1, least);
    if (await isClaimed(folder, version, highest)) return version;
    // Each failure is the success of somebody else.
    if (attempt === maxAttempts) throw notWritten(folder, `no number was free in ${maxAttempts} attempts`);
  }
}

async function isClaimed(folder: string, version: number, highest: number): Promise<boolean> {
  const path = pathOf(folder, version);
  try {
    await (await node.fs.promises.open(path, 'wx', 0o600)).close();
  } catch (error) {
    if (failureCode(error) === 'EEXIST') return false;
    throw error;
  }
  // Others may have come and gone meanwhile: this number is new as long as none is higher, or the version that it comes
  // after is there. If not, the empty file stays until it is forgotten: removing it might hit another's.
  return (await listNumbers(folder)).at(-1) === version || isComplete(folder, highest);
}

async function isComplete(folder: string, version: number): Promise<boolean> {
  try {
    return (await node.fs.promises.stat(pathOf(folder, version))).size > 0;
  } catch {
    return false;
  }
}

async function forget(folder: string, upTo: number): Promise<void> {
  for (const version of await listNumbers(folder)) {
    if (version > upTo) return;
    await removeQuietly(pathOf(folder, version));
  }
}

function readVersions(folder: string, known: (version: number) => boolean): ReadonlyMap<number, object> {
  const found = new Map<number, object>();
  try {
    for (const version of numbersIn(node.fs.readdirSync(folder))) {
      const content = known(version) ? undefined : readVersion(pathOf(folder, version));
      if (content !== undefined) found.set(version, content);
    }
  } catch (error) {
    throw notRead(folder, error);
  }
  return found;
}

function readVersion(path: string): object | undefined {
  try {
    const text = node.fs.readFileSync(path, 'utf8');
    if (text === '') return undefined;
    const content = parseObject(text);
    // What cannot be understood may still be wanted by somebody.
    if (content === undefined) node.fs.renameSync(path, `${path}.damaged`);
    return content;
  } catch (error) {
    // Somebody else has put it aside or forgotten it.
    if (failureCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function notRead(path: string, error: unknown): Error {
  const reason = failureCode(error) === 'EEXIST' ? 'it is a file, and a folder is needed' : failureName(error);
  return new ConfigErrors.FILE_FAILED({ path, done: 'read', reason }, { cause: error });
}

/** An object with the values of a version. */
function parseObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    const plain: unknown = Reflect.get(value, 'plain');
    return typeof plain === 'object' && plain !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
