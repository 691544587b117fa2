import { randomUUID } from 'node:crypto';
import { registerHooks } from 'node:module';

/** Imports modules again that Node has loaded already. Node keeps the old ones until the process ends. */
export interface FreshModules {
  /** Imports a module of a folder, and all that it imports from that folder, under names that are new with each revision. */
  load(entry: URL, folder: URL, revision: number): Promise<object>;
  /** What was loaded stays; its later imports are no longer fresh. */
  close(): void;
}

export function createFreshModules(): FreshModules {
  // Names of this host only: another one, or another copy of this package, has its own.
  const mark = `?seaworthy-revision=${randomUUID()}-`;
  const folders = new Map<string, string>();
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      const at = context.parentURL?.indexOf(mark) ?? -1;
      const query = context.parentURL?.slice(at) ?? '';
      const folder = at < 0 ? undefined : folders.get(query);
      if (folder === undefined || !resolved.url.startsWith(folder) || !isOwn(resolved.url.slice(folder.length))) {
        return resolved;
      }
      return { ...resolved, url: resolved.url + query };
    },
    load(url, context, next) {
      const loaded = next(url, context);
      if (!url.includes(mark) || !loaded.format?.startsWith('commonjs')) return loaded;
      throw new TypeError(
        `${url.slice(0, url.indexOf(mark))} is CommonJS, which Node does not load twice; write ES modules`,
      );
    },
  });
  return {
    async load({ href }, folder, revision) {
      // The folder is in it: two plugins have the same revisions.
      const query = `${mark}${encodeURIComponent(folder.href)}-${revision}`;
      folders.set(query, folder.href);
      return (await import(href + query)) as object;
    },
    close: () => hooks.deregister(),
  };
}

/** Packages that a plugin has installed are not what its author edits. */
function isOwn(path: string): boolean {
  return !path.includes('?') && !path.split('/').includes('node_modules');
}
