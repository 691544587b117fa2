import { isIP } from 'node:net';
import type {
  ConfigContributor,
  ErrorsContributor,
  LifecycleContributor,
  ListContributor,
  LoggersContributor,
  ManagementLogger,
  MetricsContributor,
  PluginsContributor,
  ResilienceContributor,
} from './contributors.ts';
import { ManagementErrors } from './errors.ts';
import {
  expectMethods,
  expectOption,
  expectOptions,
  expectWhole,
  invalid,
  isObject,
  type OptionNames,
} from './expect-option.ts';
import { guardLogger } from './guarded-logger.ts';

const shortestToken = 16;

/** Settings of the management server; every contributor is optional and brings its endpoint. */
export interface ManagementOptions {
  /** 0 takes a free port. @default 9090 */
  readonly port?: number;
  /** Anything but loopback needs a token. @default '127.0.0.1' */
  readonly host?: string;
  /** At least 16 characters, or something that reveals them. Without it nothing can be changed. */
  readonly token?: string | { reveal(): string };
  /** DNS names, besides `localhost`, under which requests without a token are answered. @default [] */
  readonly allowedHosts?: readonly string[];
  /** Gives up on a contributor after this long. @default 5000 */
  readonly timeoutMs?: number;
  /** Cuts requests that `close()` still waits for after this long. @default 5000 */
  readonly closeTimeoutMs?: number;
  /** Largest body of a POST, in bytes. @default 65536 */
  readonly maxBodyBytes?: number;
  /** Requests that one address may send; twice as many at once. @default 500 */
  readonly requestsPerSecond?: number;
  /** Wrong tokens that one address may send; after that none of its tokens is looked at until time has passed. @default 1000 */
  readonly failuresPerMinute?: number;
  /** Longest CPU profile that may be asked for. @default 60000 */
  readonly maxProfileMs?: number;
  /** No snapshot is taken of a larger heap: building one stops the process for seconds with each 100 MB. @default 536870912 */
  readonly maxHeapBytes?: number;
  /** Cuts a heap snapshot that is still being sent after this long. @default 120000 */
  readonly dumpTimeoutMs?: number;
  /**
   * Listens in a worker thread, so that `/diagnostics/stack` and `/diagnostics/cpu` answer while the main thread is
   * stuck, and probes are told so instead of waiting.
   * @default false
   */
  readonly worker?: boolean;
  /** Names of the endpoints that are there, of those this package brings. @default all */
  readonly expose?: readonly string[];
  /** Folder of the application's package.json: shows build, git and dependencies at `/info`. */
  readonly appDir?: string;
  /** Told of failing contributors, of writes and of dumps. @default silent */
  readonly logger?: ManagementLogger;
  readonly lifecycle?: LifecycleContributor;
  readonly loggers?: LoggersContributor;
  readonly metrics?: MetricsContributor;
  readonly config?: ConfigContributor;
  readonly flags?: ListContributor;
  readonly plugins?: PluginsContributor;
  readonly schemas?: ListContributor;
  readonly resilience?: ResilienceContributor;
  readonly errors?: ErrorsContributor;
  /** Shown at `/info` to everyone, such as the application's name. */
  readonly info?: object | (() => unknown);
}

/** What the thread that listens needs to know: plain data. */
export interface FrontSettings {
  readonly port: number;
  readonly host: string;
  readonly token: string | undefined;
  readonly allowedHosts: ReadonlySet<string>;
  readonly timeoutMs: number;
  readonly closeTimeoutMs: number;
  readonly maxBodyBytes: number;
  readonly requestsPerSecond: number;
  readonly failuresPerMinute: number;
  readonly maxProfileMs: number;
  readonly dumpTimeoutMs: number;
  readonly hasDiagnostics: boolean;
}

/** Options with every default filled in and checked. */
export interface Settings {
  readonly front: FrontSettings;
  readonly timeoutMs: number;
  readonly maxHeapBytes: number;
  readonly worker: boolean;
  readonly exposed: ReadonlySet<string>;
  readonly logger: ManagementLogger;
}

/** The endpoints that this package brings. */
const endpointNames = [
  'health',
  'info',
  'metrics',
  'loggers',
  'config',
  'flags',
  'plugins',
  'schemas',
  'circuitbreakers',
  'errors',
  'diagnostics',
  'shutdown',
] as const;

const longestMs = 2 ** 31 - 1;

const names: OptionNames<ManagementOptions> = {
  port: true,
  host: true,
  token: true,
  allowedHosts: true,
  timeoutMs: true,
  closeTimeoutMs: true,
  maxBodyBytes: true,
  requestsPerSecond: true,
  failuresPerMinute: true,
  maxProfileMs: true,
  maxHeapBytes: true,
  dumpTimeoutMs: true,
  worker: true,
  expose: true,
  appDir: true,
  logger: true,
  lifecycle: true,
  loggers: true,
  metrics: true,
  config: true,
  flags: true,
  plugins: true,
  schemas: true,
  resilience: true,
  errors: true,
  info: true,
};

/** Fills in the defaults. @throws ManagementErrors.INVALID_OPTION, UNKNOWN_OPTION, TOKEN_REQUIRED */
export function readOptions(options: ManagementOptions): Settings {
  expectOptions(options, names);
  checkContributors(options);
  const { worker = false, logger, maxHeapBytes = 536_870_912, timeoutMs = 5_000 } = options;
  expectOption('worker', typeof worker === 'boolean', 'true or false', worker);
  expectWhole('maxHeapBytes', maxHeapBytes, 1, Number.MAX_SAFE_INTEGER);
  expectWhole('timeoutMs', timeoutMs, 1, longestMs);
  const exposed = readExposed(options.expose);
  const front = readFront(options, timeoutMs, exposed.has('diagnostics'));
  return { front, timeoutMs, maxHeapBytes, worker, exposed, logger: guardLogger(logger) };
}

function checkContributors(options: ManagementOptions): void {
  const { lifecycle, loggers, info, appDir } = options;
  expectOption('lifecycle', lifecycle === undefined || isObject(lifecycle), 'an object with `health`', lifecycle);
  if (lifecycle) expectMethods('lifecycle.health', lifecycle.health ?? null, ['check']);
  expectMethods('loggers', loggers, ['list', 'set']);
  if (loggers) expectOption('loggers.names', Array.isArray(loggers.names), 'a list of levels', loggers.names);
  expectMethods('metrics', options.metrics, ['render']);
  expectMethods('config', options.config, ['describe']);
  expectMethods('flags', options.flags, ['list']);
  expectMethods('plugins', options.plugins, ['status']);
  expectMethods('schemas', options.schemas, ['list']);
  expectMethods('resilience', options.resilience, ['list']);
  expectMethods('errors', options.errors, ['recent', 'counts']);
  expectMethods('logger', options.logger, ['info', 'error']);
  const isInfo = info === undefined || typeof info === 'function' || isObject(info);
  expectOption('info', isInfo, 'an object, or a function that gives one', info);
  expectOption('appDir', appDir === undefined || typeof appDir === 'string', 'the path of a folder', appDir);
}

function readFront(options: ManagementOptions, timeoutMs: number, hasDiagnostics: boolean): FrontSettings {
  const { port = 9090, host = '127.0.0.1', allowedHosts = [] } = options;
  const { closeTimeoutMs = 5_000, maxBodyBytes = 65_536, requestsPerSecond = 500, failuresPerMinute = 1_000 } = options;
  const { maxProfileMs = 60_000, dumpTimeoutMs = 120_000 } = options;
  expectWhole('port', port, 0, 65_535);
  expectWhole('closeTimeoutMs', closeTimeoutMs, 1, longestMs);
  expectWhole('maxBodyBytes', maxBodyBytes, 1, 2 ** 30);
  expectWhole('requestsPerSecond', requestsPerSecond, 1, 1e9);
  expectWhole('failuresPerMinute', failuresPerMinute, 1, 1e9);
  expectWhole('maxProfileMs', maxProfileMs, 10, longestMs);
  expectWhole('dumpTimeoutMs', dumpTimeoutMs, 1, longestMs);
  if (typeof host !== 'string' || host === '') throw invalid('host', 'an address or name', host);
  const token = readToken(options.token);
  if (token === undefined && !isLoopback(host)) throw new ManagementErrors.TOKEN_REQUIRED({ host });
  const times = { timeoutMs, closeTimeoutMs, maxProfileMs, dumpTimeoutMs };
  const limits = { maxBodyBytes, requestsPerSecond, failuresPerMinute };
  const isNames = Array.isArray(allowedHosts) && allowedHosts.every((name) => typeof name === 'string');
  expectOption('allowedHosts', isNames, 'a list of DNS names', allowedHosts);
  const hosts = new Set(allowedHosts.map((name) => name.toLowerCase()));
  return { port, host, token, allowedHosts: hosts, hasDiagnostics, ...times, ...limits };
}

function readExposed(expose: ManagementOptions['expose']): ReadonlySet<string> {
  const known: ReadonlySet<string> = new Set(endpointNames);
  if (expose === undefined) return known;
  const wrong = Array.isArray(expose) ? expose.find((name) => !known.has(name)) : expose;
  if (wrong === undefined) return new Set(expose);
  throw invalid('expose', `a list of ${endpointNames.join(', ')}`, wrong);
}

/** True for addresses that only this machine can reach. */
export function isLoopback(host: string): boolean {
  const address = host.toLowerCase();
  if (address === 'localhost' || address === '::1') return true;
  return isIP(address) === 4 && address.startsWith('127.');
}

function readToken(option: ManagementOptions['token']): string | undefined {
  if (option === undefined) return undefined;
  const token: unknown = typeof option === 'string' ? option : option?.reveal();
  if (typeof token === 'string' && token.length >= shortestToken && /^[\x21-\x7e]+$/.test(token)) return token;
  // The value itself must not end up in a message.
  const value = typeof token === 'string' ? `${token.length} characters` : 'something else';
  const expected = `at least ${shortestToken} visible ASCII characters`;
  throw new ManagementErrors.INVALID_OPTION({ option: 'token', expected, value, type: typeof token });
}
