import { hash } from 'node:crypto';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/**
 * The directory that keeps what is known of one project. It is the user's, not the project's: nobody else can put answers there,
 * or a link that leads what is written to another place.
 */
export function cachePlace(
  root: string,
  {
    chosen,
    cwd,
    variables,
  }: { readonly chosen: string | undefined; readonly cwd: string; readonly variables: Variables },
): string {
  const name = hash('sha256', root, 'hex').slice(0, 16);
  if (chosen !== undefined) return join(resolve(cwd, chosen), name);
  const base = variables['XDG_CACHE_HOME'] ?? '';
  return join(isAbsolute(base) ? base : join(homedir(), '.cache'), 'seaworthy', name);
}

type Variables = Readonly<Record<string, string | undefined>>;
