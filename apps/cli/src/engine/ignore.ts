import { relative, sep } from 'node:path';
import { matcher } from '../project/glob.ts';

/**
 * What the globs of `ignore`, which start from one directory, leave out of an audit of another. A glob that covers the
 * audited directory itself does not count: whoever names a directory wants to see what is in it.
 */
export function ignoring(globs: readonly string[], from: string, root: string): (path: string) => boolean {
  const prefix = relative(from, root).split(sep).join('/');
  if (prefix === '') return matcher(globs);
  const inside = globs.filter((glob) => !matcher([glob])(prefix) && !matcher([glob])(`${prefix}/x`));
  const matches = matcher(inside);
  return (path) => matches(`${prefix}/${path}`);
}
