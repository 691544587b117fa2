import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder of packages that is gone after the test. */
export interface Packages extends AsyncDisposable {
  readonly path: string;
  /** Writes a package; `seaworthy` also gets `api`. */
  add(name: string, seaworthy: object, files?: Readonly<Record<string, string>>, rest?: object): Promise<void>;
  /** Writes one file, from the folder. */
  write(file: string, text: string): Promise<void>;
}

export async function packages(): Promise<Packages> {
  const path = await mkdtemp(join(tmpdir(), 'seaworthy-plugins-'));
  const write = async (file: string, text: string): Promise<void> => {
    const full = join(path, file);
    await mkdir(dirname(full), { recursive: true });
    await writeFile(full, text);
  };
  return {
    path,
    write,
    async add(name, seaworthy, files = {}, rest = {}) {
      const content = { name, version: '1.0.0', type: 'module', seaworthy: { api: '*', ...seaworthy }, ...rest };
      await write(`${name}/package.json`, JSON.stringify(content));
      for (const [file, text] of Object.entries(files)) await write(`${name}/${file}`, text);
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** A module whose plugin pushes its hooks into the global list `name`. */
export function recording(name: string): string {
  return `const log = (globalThis[Symbol.for('${name}')] ??= []);
log.push('import');
export default {
  onInit: (ctx) => log.push('init ' + JSON.stringify(ctx.config ?? null)),
  onStart: () => log.push('start'),
  onStop: () => log.push('stop'),
  onDestroy: () => log.push('destroy'),
};
`;
}

/** What a module made by `recording` has pushed. */
export function recorded(name: string): readonly string[] {
  const lists: Record<symbol, readonly string[]> = Object(globalThis);
  return lists[Symbol.for(name)] ?? [];
}
