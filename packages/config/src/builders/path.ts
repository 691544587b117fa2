import { node } from '../node.ts';
import { failureName } from '../failure.ts';
import { expectOptions } from '../options.ts';
import { leaf, type Leaf, type Parsed, type RawContext } from '../leaf.ts';

export interface PathOptions {
  /** The file or directory must be there. @default false */
  readonly exists?: boolean;
}

/** A path, made absolute from the working directory. */
export function path(options: PathOptions = {}): Leaf<string> {
  expectOptions<PathOptions>(options, { exists: true });
  const { exists = false } = options;
  const expected = exists ? 'the path of an existing file or directory' : 'a path';
  return leaf({
    expected,
    json: () => ({ type: 'string' }),
    parse: (raw, context) => readPath(raw, context, expected),
    check: exists ? async (value) => ((await kindAt(String(value))) === 'missing' ? expected : undefined) : undefined,
  });
}

export interface DirOptions {
  /** The process must be allowed to write into it. @default false */
  readonly writable?: boolean;
  /** Creates it, with its parents, when it is missing. @default false */
  readonly create?: boolean;
}

/** The absolute path of an existing directory. */
export function dir(options: DirOptions = {}): Leaf<string> {
  expectOptions<DirOptions>(options, { writable: true, create: true });
  const { writable = false, create = false } = options;
  const expected = writable ? 'a directory this process can write to' : 'an existing directory';
  return leaf({
    expected,
    json: () => ({ type: 'string' }),
    parse: (raw, context) => readPath(raw, context, expected),
    check: async (value) => checkDirectory(String(value), { writable, create }),
  });
}

function readPath(raw: unknown, { cwd }: RawContext, expected: string): Parsed<string> {
  const isPath = typeof raw === 'string' && raw !== '' && !raw.includes('\0');
  return isPath ? { value: node.path.resolve(cwd, raw) } : { expected };
}

async function checkDirectory(place: string, { writable, create }: Required<DirOptions>): Promise<string | undefined> {
  const kind = await kindAt(place);
  if (kind === 'other') return 'a directory, and there is something else';
  if (kind === 'missing') return create ? makeDirectory(place) : 'an existing directory, and there is none';
  try {
    const { constants, promises } = node.fs;
    await promises.access(place, writable ? constants.W_OK | constants.X_OK : constants.R_OK);
    return undefined;
  } catch {
    return `a directory this process can ${writable ? 'write to' : 'read'}`;
  }
}

async function makeDirectory(place: string): Promise<string | undefined> {
  try {
    await node.fs.promises.mkdir(place, { recursive: true });
    return undefined;
  } catch (error) {
    return `a directory that can be created (${failureName(error)})`;
  }
}

async function kindAt(place: string): Promise<'directory' | 'other' | 'missing'> {
  try {
    return (await node.fs.promises.stat(place)).isDirectory() ? 'directory' : 'other';
  } catch {
    return 'missing';
  }
}
