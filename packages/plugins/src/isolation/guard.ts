// What closes a process of plugins from within, before any code of theirs runs. The permission model of Node guards files,
// processes, threads and addons; this guards what it leaves open: the network (before Node 25), `node:sqlite`, and the ways to
// the inside of Node.
// (1) It runs in the realm of the plugins, who may change every prototype: what decides is a lookup in an object that
//     inherits nothing, by a name that is a string, and no method is called on the way.
// (2) A module is a source that the host has sent, or an allowed one of Node; there is nothing else.
import { registerHooks } from 'node:module';
import { guestApi, guestApiName } from './guest-api.ts';
import { codedError } from './guest-errors.ts';
import { safeConsole, safeProcess, type SafeParts } from './guard-globals.ts';

export interface Guard {
  /** Sources of a plugin by URL. */
  add(url: string, source: string): void;
  remove(url: string): void;
}

export interface GuardOptions extends SafeParts {
  readonly modules: readonly string[];
  /** Told of each import that is refused. */
  readonly onRefused: (what: string, importer: string) => void;
}

const apiUrl = 'seaworthy-api:plugins';

type Table<Value> = Record<string, Value | undefined>;

/** Closes this process; it cannot be opened again. */
export function installGuard(options: GuardOptions): Guard {
  const allowed = table<true>();
  for (const name of options.modules) allowed[name] = true;
  const sources = table<string>();
  const refuse = (specifier: string, importer: string): Error => {
    options.onRefused(`import of ${specifier}`, importer);
    return codedError(
      'IMPORT_REFUSED',
      `The import of "${specifier}" is refused. Name it in \`permissions.imports\` if it can be granted, or bundle it into the plugin.`,
    );
  };
  const { URL: OwnUrl } = globalThis;
  registerHooks({
    resolve(specifier, context, next) {
      const importer = typeof context.parentURL === 'string' ? context.parentURL : '';
      if (allowed[specifier] === true) return next(specifier, context);
      if (specifier === guestApiName) return { url: apiUrl, format: 'module', shortCircuit: true };
      const url = sources[specifier] === undefined ? urlFrom(OwnUrl, specifier, importer) : specifier;
      if (url === undefined || sources[url] === undefined) throw refuse(specifier, importer);
      return { url, format: formatOf(url), shortCircuit: true };
    },
    load(url, context, next) {
      if (url === apiUrl) return { format: 'module', source: guestApi, shortCircuit: true };
      const source = sources[url];
      if (source !== undefined) return { format: formatOf(url), source, shortCircuit: true };
      return next(url, context);
    },
  });
  closeGlobals(options);
  return {
    add(url, source) {
      sources[url] = source;
    },
    remove(url) {
      sources[url] = undefined;
    },
  };
}

function table<Value>(): Table<Value> {
  return Object.create(null) as Table<Value>;
}

function urlFrom(OwnUrl: typeof URL, specifier: string, importer: string): string | undefined {
  if (specifier[0] !== '.') return undefined;
  try {
    const { href } = new OwnUrl(specifier, importer);
    return typeof href === 'string' ? href : undefined;
  } catch {
    return undefined;
  }
}

function formatOf(url: string): string {
  const last = url[url.length - 1];
  if (last === 'n') return 'json';
  return last === 's' && url[url.length - 2] === 't' ? 'module-typescript' : 'module';
}

/** Names of globals that reach the network or its modules, files, or the process. */
const removed: readonly string[] = [
  'fetch',
  'Request',
  'Response',
  'Headers',
  'FormData',
  'WebSocket',
  'EventSource',
  'MessageEvent',
  'CloseEvent',
  'ErrorEvent',
  'navigator',
  'Navigator',
  'localStorage',
  'sessionStorage',
  'Storage',
  'gc',
];

function closeGlobals(parts: SafeParts): void {
  for (const name of removed) Reflect.deleteProperty(globalThis, name);
  // Both load the module that fetches, whose agent then hangs on the global object.
  const { WebAssembly: wasm } = globalThis as unknown as { readonly WebAssembly: object };
  Reflect.deleteProperty(wasm, 'compileStreaming');
  Reflect.deleteProperty(wasm, 'instantiateStreaming');
  for (const version of [1, 2, 3]) {
    const agent = Symbol.for(`undici.globalDispatcher.${version}`);
    Object.defineProperty(globalThis, agent, { value: null, writable: false, configurable: false });
  }
  const real = process;
  // Node would print them to a stream that is taken away.
  real.removeAllListeners('warning');
  real.on('warning', (warning) => parts.print('warn', `${warning.name}: ${warning.message}`));
  define('process', safeProcess(real, parts));
  define('console', safeConsole(parts));
  emptyProcess(real);
}

function define(name: string, value: object): void {
  Object.defineProperty(globalThis, name, { value, writable: false, configurable: false });
}

/** Members of the real `process` that Node and the runtime themselves go on using; without the rest it leads nowhere. */
const kept: ReadonlySet<string> = new Set(
  (
    'version versions arch platform release config features title pid ppid execPath execArgv argv env exitCode cwd exit emitWarning ' +
    'nextTick hrtime uptime memoryUsage cpuUsage resourceUsage reallyExit _exiting _rawDebug _fatalException ' +
    '_tickCallback _events _eventsCount _maxListeners domain noDeprecation traceDeprecation throwDeprecation ' +
    'traceProcessWarnings noProcessWarnings sourceMapsEnabled emit on once off addListener removeListener ' +
    'prependListener listeners listenerCount hasUncaughtExceptionCaptureCallback constrainedMemory availableMemory'
  ).split(' '),
);

function emptyProcess(real: object): void {
  for (const name of Object.getOwnPropertyNames(real)) {
    if (!kept.has(name)) Reflect.deleteProperty(real, name);
  }
}
