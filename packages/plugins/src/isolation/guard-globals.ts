// The `process` and the `console` that plugins in a process of their own see.
import { codedError } from './guest-errors.ts';

export interface SafeParts {
  /** Environment variables that were granted. */
  readonly env: Readonly<Record<string, string>>;
  /** Takes what plugins print. */
  readonly print: (level: 'info' | 'warn' | 'error', text: string) => void;
}

type RealProcess = typeof process;

/** Only what libraries look at; nothing that leads to the real one. */
export function safeProcess(real: RealProcess, { env, print }: SafeParts): object {
  const { nextTick, hrtime, uptime, memoryUsage, cpuUsage } = real;
  const exit = (): never => {
    throw codedError('TIER_FAILED', 'A plugin cannot end the process.');
  };
  const hrtimeOf = (time?: [number, number]): [number, number] => hrtime(time);
  const none = (): object => safe;
  const safe: object = Object.freeze({
    arch: real.arch,
    platform: real.platform,
    version: real.version,
    versions: Object.freeze({ ...real.versions }),
    release: Object.freeze({ name: 'node' }),
    env: Object.freeze({ ...env }),
    argv: Object.freeze([]),
    execArgv: Object.freeze([]),
    pid: real.pid,
    exitCode: undefined,
    cwd: () => '/',
    exit,
    nextTick: (task: (...args: unknown[]) => void, ...args: unknown[]) => nextTick(task, ...args),
    hrtime: Object.freeze(Object.assign(hrtimeOf, { bigint: () => hrtime.bigint() })),
    uptime: () => uptime(),
    memoryUsage: () => memoryUsage(),
    cpuUsage: () => cpuUsage(),
    emitWarning: (warning: unknown) => print('warn', String(warning)),
    on: none,
    once: none,
    off: none,
    addListener: none,
    removeListener: none,
    emit: () => false,
  });
  return safe;
}

/** Prints through the logger of the host. */
export function safeConsole({ print }: SafeParts): object {
  const printer =
    (level: 'info' | 'warn' | 'error') =>
    (...values: readonly unknown[]): void =>
      print(level, values.map(textOf).join(' '));
  const quiet = (): void => undefined;
  const info = printer('info');
  return Object.freeze({
    log: info,
    info,
    debug: info,
    trace: info,
    dir: info,
    table: info,
    warn: printer('warn'),
    error: printer('error'),
    assert: quiet,
    time: quiet,
    timeEnd: quiet,
    group: quiet,
    groupEnd: quiet,
    count: quiet,
  });
}

function textOf(value: unknown): string {
  try {
    if (typeof value === 'string') return value;
    return typeof value === 'object' && value !== null ? (JSON.stringify(value) ?? '') : String(value);
  } catch {
    return 'a value that cannot be printed';
  }
}
