import { tgz, type TarEntry } from './tarball.ts';

export interface PluginChange {
  readonly packageJson?: Readonly<Record<string, unknown>>;
  readonly code?: string;
  readonly readme?: string;
  readonly more?: readonly TarEntry[];
}

/** What `npm pack` would make of a plugin that imports what its permissions name. */
export function pluginArchive(name: string, version: string, change: PluginChange = {}): Buffer {
  const { packageJson = {}, code = "import 'node:path';\nexport default {};\n", readme, more = [] } = change;
  const manifest = {
    api: '^0.1.0',
    entry: './index.js',
    permissions: { imports: ['node:path'] },
    provides: ['shop.tax'],
  };
  const all = { name, version, type: 'module', license: 'MIT', seaworthy: manifest, ...packageJson };
  return tgz([
    { path: 'package/package.json', content: JSON.stringify(all) },
    { path: 'package/index.js', content: code },
    ...(readme === undefined ? [] : [{ path: 'package/README.md', content: readme }]),
    ...more,
  ]);
}
