import { posix } from 'node:path';

/** A first argument that is no text without holes; a backslash stands in a text that only speaks of it. */
const computed = /new URL\(\s*(?!\\|["'][^"']*["']\s*,|`[^`$]*`\s*,)(?<path>[^;]*?)\s*,\s*import\.meta\.url\s*\)/g;
const pattern = /new URL\(\s*(["'`])(?<path>[^"'`$]+)\1\s*,\s*import\.meta\.url\s*\)/g;

/** Programs of their own are started by URL: a source names `./x.worker.ts`, a built file `./x.worker.js`, as many characters. */
export function withBuiltWorkers(code: string): string {
  return code.replaceAll(pattern, (whole) => whole.replace(/\.worker\.ts(?=["'`])/, '.worker.js'));
}

/**
 * A file that a module names beside itself is no longer beside it once modules are joined: every relative
 * `new URL('…', import.meta.url)` of a built file must lead to a built file, or out of `dist` to what ships as it is. A path
 * that is computed could lead anywhere.
 */
export function lostUrls(fileName: string, code: string, written: ReadonlySet<string>): readonly string[] {
  const unknown = [...code.matchAll(computed)].map(
    ({ groups }) =>
      `dist/${fileName} computes a path: new URL(${groups?.['path'] ?? ''}, import.meta.url). Write it out, as in new URL('./x.worker.ts', import.meta.url).`,
  );
  const lost = [...code.matchAll(pattern)].flatMap(({ groups }) => {
    const path = groups?.['path'] ?? '';
    const target = posix.join(posix.dirname(fileName), path);
    if (URL.canParse(path) || target.startsWith('../') || written.has(target)) return [];
    return [
      `dist/${fileName} names "${path}", and dist has no ${target}. A program of its own is named *.worker.ts, and \`./\` leads to it from everywhere.`,
    ];
  });
  return [...unknown, ...lost];
}
