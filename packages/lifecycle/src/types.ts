import type { Health } from './health/types.ts';

/** Where the process stands: `idle → starting → ready → draining → stopped`, or `failed` after a failed start. */
export type LifecycleState = 'idle' | 'starting' | 'ready' | 'draining' | 'stopped' | 'failed';

/** How the stop of one resource went; `skipped` means the total time was over before its turn. */
export type StopOutcome = 'ok' | 'error' | 'hung' | 'skipped';

/** What the lifecycle needs of a logger. */
export interface LifecycleLogger {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What a `start` function receives. */
export interface StartContext {
  /** Aborts when the start takes too long, another resource fails, or a stop is asked for. */
  readonly signal: AbortSignal;
}

/** What a `stop` function receives. */
export interface StopContext {
  /** Aborts when the time of this resource, or of the whole stop, is over. */
  readonly signal: AbortSignal;
  /** The signal's name, `uncaughtException`, or what was given to `stop()`. */
  readonly reason: string;
}

/** Something that is started, stopped, or both; an object of a class may have more. */
export interface Resource {
  readonly start?: (context: StartContext) => unknown;
  readonly stop?: (context: StopContext) => unknown;
  /** Names of resources that start before this one and stop after it. */
  readonly after?: readonly string[];
  /** Gives up waiting for `stop` after this long, or sooner when later waves need the time. @default 5000 */
  readonly timeoutMs?: number;
  /** Gives up waiting for `start` after this long. @default 30000 */
  readonly startTimeoutMs?: number;
}

/** The part of a `node:http`, `node:https` or `node:http2` server that marks it as one. */
export interface ServerLike {
  readonly listening: boolean;
  on(event: string, listener: (...args: never[]) => void): unknown;
  close(callback?: (error?: Error) => void): unknown;
}

/** How a server is drained, and what runs around it. */
export interface HttpOptions {
  /** Usually listens; runs in the server's turn. */
  readonly start?: (context: StartContext) => unknown;
  /** Runs after the last connection has gone. */
  readonly stop?: (context: StopContext) => unknown;
  /** Names of resources that start before the server and stop after it. */
  readonly after?: readonly string[];
  /**
   * `patient` keeps idle connections until the keep-alive time they were promised is over;
   * `prompt` ends them at once, for local work. @default 'patient'
   */
  readonly idle?: 'patient' | 'prompt';
  /** Cuts what is still open after this long. @default three quarters of `graceMs - lameDuckMs` */
  readonly timeoutMs?: number;
  /** Gives up waiting for `start` after this long. @default 30000 */
  readonly startTimeoutMs?: number;
}

/** The part of a client of the `ws` package that a drain uses. */
export interface WebSocketLike {
  once(event: 'close', listener: () => void): unknown;
  close(code: number, reason: string): unknown;
  terminate(): unknown;
}

/** The part of a `WebSocketServer` of the `ws` package that a drain uses. */
export interface WebSocketServerLike {
  readonly clients: Iterable<WebSocketLike>;
  on(event: 'connection', listener: (client: WebSocketLike) => void): unknown;
  off(event: 'connection', listener: (client: WebSocketLike) => void): unknown;
  /** Calls back when the server is closed. */
  close(callback: () => void): unknown;
}

/** How WebSocket clients are sent away. */
export interface WebSocketOptions {
  /** Names of resources that start before the server and stop after it. */
  readonly after?: readonly string[];
  /** Clients are told to go evenly over this time; 0 tells all at once. @default 1000 */
  readonly spreadMs?: number;
  /** Cuts clients that are still there after this long. @default three quarters of `graceMs - lameDuckMs` */
  readonly timeoutMs?: number;
}

/** What became of one resource. */
export interface ResourceReport {
  readonly name: string;
  readonly outcome: StopOutcome;
  readonly durationMs: number;
  /** Why it failed; for a `start` that hung, an error with the code `START_TIMEOUT` or `STILL_STARTING`. */
  readonly error?: unknown;
}

/** What was still open when the stop ended, by name. */
export interface ActiveReport {
  /** Names of tracked work that had not ended. */
  readonly work: readonly string[];
  /** Connections and WebSocket clients that had to be cut, by server name. */
  readonly connections: Readonly<Record<string, number>>;
  /**
   * What still keeps the event loop of the process busy, whoever opened it: counts by the names of
   * `process.getActiveResourcesInfo()`, such as `{ Timeout: 1 }`. Standard streams that are pipes or terminals count.
   */
  readonly handles: Readonly<Record<string, number>>;
}

/** What `stop()` answers. */
export interface StopReport {
  /** What was given to `stop()`, the signal, `uncaughtException`, `unhandledRejection`, `dispose` or `start-failed`. */
  readonly reason: string;
  /** 0 when everything stopped cleanly (or what `exitCodes` says of the reason), else 1. */
  readonly exitCode: number;
  readonly durationMs: number;
  readonly resources: readonly ResourceReport[];
  readonly active: ActiveReport;
}

/** Settings of one lifecycle. */
export interface LifecycleOptions {
  /**
   * Total time of a stop, in milliseconds: the lame duck, three quarters of the rest for servers and tracked work, and a
   * fifth of the rest shared by the waves whose turn comes later, whatever hangs before them. @default 25000
   */
  readonly graceMs?: number;
  /** How long servers go on accepting after readiness went down; 0 for tests and local work. @default 5000 */
  readonly lameDuckMs?: number;
  /** `drain` stops everything after an uncaught error and exits with 1; `off` leaves it to Node. @default 'drain' */
  readonly onUncaught?: 'drain' | 'off';
  /** Told of starts, stops and failures. @default silent, but uncaught errors go to standard error */
  readonly logger?: LifecycleLogger;
  /** Exit codes of a clean stop by reason, such as `{ SIGINT: 130 }`. @default 0, and 1 after an uncaught error or a failed start */
  readonly exitCodes?: Readonly<Record<string, number>>;
  /** Called with the exit code after a signal or uncaught error. @default process.exit */
  readonly exit?: (code: number) => void;
  /** Signals that stop the process; `[]` listens to none. SIGKILL and SIGSTOP cannot be listened to. @default ['SIGTERM', 'SIGINT'] */
  readonly signals?: readonly string[];
}

/** Starts, stops and watches the parts of one process. */
export interface Lifecycle extends AsyncDisposable {
  readonly state: LifecycleState;
  /** Aborts when the lame-duck time is over and stopping begins; its reason is the stop reason. */
  readonly signal: AbortSignal;
  /** Resolves when everything has been stopped, whoever asked for it. */
  readonly stopped: Promise<StopReport>;
  readonly health: Health;
  /** Adds something to start and stop. @throws LifecycleErrors.DUPLICATE_NAME, ALREADY_STARTED, INVALID_OPTION, UNKNOWN_OPTION */
  add(name: string, resource: Resource): void;
  /** Adds a server that is drained without losing a request; connections are watched from now on. */
  http(name: string, server: ServerLike, options?: HttpOptions): void;
  /** Adds a WebSocket server whose clients are closed with 1001 when everything stops. */
  websocket(name: string, server: WebSocketServerLike, options?: WebSocketOptions): void;
  /** Makes a stop wait for this work before it stops anything but servers; returns the same promise. */
  track<T>(work: Promise<T>, name?: string): Promise<T>;
  /** Starts everything in dependency order. @throws LifecycleErrors.START_FAILED, START_TIMEOUT and others */
  start(): Promise<void>;
  /** Stops everything once; further calls answer the same report. Never rejects; a reason that is no text is told as one. */
  stop(reason?: string): Promise<StopReport>;
}
