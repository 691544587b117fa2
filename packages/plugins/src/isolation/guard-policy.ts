/** Modules of Node that only compute: every plugin may import them. */
const harmless: readonly string[] = [
  'assert',
  'assert/strict',
  'buffer',
  'crypto',
  'events',
  'path',
  'path/posix',
  'path/win32',
  'punycode',
  'querystring',
  'stream',
  'stream/consumers',
  'stream/promises',
  'stream/web',
  'string_decoder',
  'timers',
  'timers/promises',
  'url',
  'util',
  'util/types',
  'zlib',
];

/** Modules that open the network: for plugins with `permissions.net` that also name them. */
const network: readonly string[] = ['dgram', 'dns', 'dns/promises', 'http', 'http2', 'https', 'net', 'tls'];

/** Modules that open files: within the granted folders, which Node itself watches over. */
const files: readonly string[] = ['fs', 'fs/promises'];

/** Modules that show the machine. */
const machine: readonly string[] = ['os', 'perf_hooks', 'readline', 'readline/promises'];

export interface AskedImports {
  readonly imports: readonly string[];
  readonly hasFiles: boolean;
  readonly hasNetwork: boolean;
}

/**
 * The modules that the plugins of a process may import, by both of their names.
 *
 * Whatever leads out of the process, into the inside of Node or around the permission model is not among them, whatever a
 * manifest says: `sqlite`, `child_process`, `worker_threads`, `module`, `vm`, `v8`, `inspector`, `process`, `async_hooks` …
 */
export function allowedModules({ imports, hasFiles, hasNetwork }: AskedImports): readonly string[] {
  const grantable = [...machine, ...(hasFiles ? files : []), ...(hasNetwork ? network : [])];
  const asked = new Set(imports.map((name) => name.replace(/^node:/, '')));
  const granted = grantable.filter((name) => asked.has(name));
  return [...harmless, ...granted].flatMap((name) => [name, `node:${name}`]);
}
