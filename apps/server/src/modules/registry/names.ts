import { builtinModules } from 'node:module';

const part = /^[a-z\d][a-z\d._-]*$/;
/** A scope may start with a dash or an underscore. */
const scopePart = /^[a-z\d_-][a-z\d._-]*$/;
const reserved = new Set(['node_modules', 'favicon.ico', ...builtinModules]);

/** Why no new package may have this name; undefined when it may. */
export function wrongWithName(name: string): string | undefined {
  if (name.length === 0 || name.length > 214) return 'a name has 1 to 214 characters';
  const [scope, own] = splitName(name);
  if (scope !== undefined && !scopePart.test(scope))
    return 'its scope has other characters than a-z, 0-9, dot, dash and _';
  if (!part.test(own))
    return 'it has other characters than a-z, 0-9, dot, dash and _, or starts with one of the last three';
  if (scope === undefined && reserved.has(own)) return 'Node has a module of this name, or a use for it';
  return undefined;
}

/** `['shop', 'orders']` of `@shop/orders`, and `[undefined, 'orders']` of `orders`. */
export function splitName(name: string): readonly [scope: string | undefined, own: string] {
  const [, scope, own] = /^@([^/]*)\/(.*)$/s.exec(name) ?? [];
  return scope === undefined ? [undefined, name] : [scope, own as string];
}

/** The name of a version's archive, without its folder. */
export function archiveName(name: string, version: string): string {
  return `${splitName(name)[1]}-${version}.tgz`;
}

/** The version that the name of an archive has. */
export function versionOfArchive(name: string, file: string): string | undefined {
  const start = `${splitName(name)[1]}-`;
  return file.startsWith(start) && file.endsWith('.tgz') ? file.slice(start.length, -'.tgz'.length) : undefined;
}

/** A tag is no version range, so that `name@tag` has one meaning. */
export function isTag(tag: string): boolean {
  return /^[A-Za-z][\w.-]{0,99}$/.test(tag) && !/^[vxX](?:\d|$|\.)/.test(tag);
}

export const notATag = 'a tag starts with a letter, has letters, digits, dots, dashes and _, and is no version';
