import { isIP } from 'node:net';
import type {
  ConfigContributor,
  LifecycleContributor,
  ListContributor,
  LoggersContributor,
  ManagementLogger,
  MetricsContributor,
  PluginsContributor,
} from './contributors.ts';
import { ManagementErrors } from './errors.ts';
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
  /** Told of failing contributors and of writes. @default silent */
  readonly logger?: ManagementLogger;
  readonly lifecycle?: LifecycleContributor;
  readonly loggers?: LoggersContributor;
  readonly metrics?: MetricsContributor;
  readonly config?: ConfigContributor;
  readonly flags?: ListContributor;
  readonly plugins?: PluginsContributor;
  readonly schemas?: ListContributor;
  /** Shown at `/info` to everyone, such as the build and version. */
  readonly info?: object | (() => unknown);
}

/** Options with every default filled in and checked. */
export interface Settings {
  readonly port: number;
  readonly host: string;
  readonly token: string | undefined;
  readonly allowedHosts: ReadonlySet<string>;
  readonly timeoutMs: number;
  readonly closeTimeoutMs: number;
  readonly maxBodyBytes: number;
  readonly logger: ManagementLogger;
}

/** Fills in the defaults. @throws ManagementErrors.INVALID_OPTION, TOKEN_REQUIRED */
export function readOptions(options: ManagementOptions): Settings {
  const { port = 9090, host = '127.0.0.1', allowedHosts = [], logger } = options;
  const { timeoutMs = 5_000, closeTimeoutMs = 5_000, maxBodyBytes = 65_536 } = options;
  checkWhole('port', port, 0, 65_535);
  checkWhole('timeoutMs', timeoutMs, 1, 2 ** 31 - 1);
  checkWhole('closeTimeoutMs', closeTimeoutMs, 1, 2 ** 31 - 1);
  checkWhole('maxBodyBytes', maxBodyBytes, 1, 2 ** 30);
  if (typeof host !== 'string' || host === '') throw invalid('host', 'an address or name', host);
  const token = readToken(options.token);
  if (token === undefined && !isLoopback(host)) throw new ManagementErrors.TOKEN_REQUIRED({ host });
  const names = new Set(allowedHosts.map((name) => name.toLowerCase()));
  return {
    port,
    host,
    token,
    allowedHosts: names,
    timeoutMs,
    closeTimeoutMs,
    maxBodyBytes,
    logger: guardLogger(logger),
  };
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

function checkWhole(option: string, value: unknown, least: number, most: number): void {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return;
  throw invalid(option, `a whole number from ${least} to ${most}`, value);
}

function invalid(option: string, expected: string, value: unknown): Error {
  return new ManagementErrors.INVALID_OPTION({ option, expected, value: `\`${String(value)}\``, type: typeof value });
}
