import type { ActivityLog } from './http.ts';

/** The part of Node's `ChildProcess` that is looked at. */
export interface CommandProcess {
  readonly pid?: number | undefined;
  readonly spawnfile: string;
  readonly spawnargs: readonly string[];
  once(event: 'close', listener: (code: number | null, signal: string | null) => void): unknown;
  once(event: 'error', listener: (error: Error) => void): unknown;
}

export interface CommandLoggerOptions {
  readonly log: ActivityLog;
  /** Names of flags whose value is hidden. @default names with pass, secret, token, key, auth or credential */
  readonly secretFlags?: RegExp;
}

/**
 * Logs the commands that the program starts: `started` at debug, and once `finished` at info or `failed` at error, with
 * exit code, signal and duration. Values of flags that look secret, and passwords in URLs, are hidden.
 *
 * @returns a function for the process that `spawn` and its like give; it gives the process back.
 */
export function commandLogger(
  options: CommandLoggerOptions,
): <T extends CommandProcess>(command: T, fields?: object) => T {
  const { log, secretFlags = /pass|secret|token|key|auth|credential/i } = options;
  return (command, fields = {}) => {
    const [, ...args] = command.spawnargs;
    const { pid, spawnfile } = command;
    const about = { command: spawnfile, args: hideSecrets(args, secretFlags), pid, ...fields };
    const startedAt = performance.now();
    const durationMs = (): number => Math.round(performance.now() - startedAt);
    // A command that cannot start tells `error`, and on some platforms `close` after it.
    let isOver = false;
    log.debug(about, 'command started');
    command.once('error', (err) => {
      if (!isOver) log.error({ ...about, durationMs: durationMs(), err }, 'command failed');
      isOver = true;
    });
    command.once('close', (exitCode, signal) => {
      const outcome = { ...about, exitCode, signal, durationMs: durationMs() };
      if (isOver) return;
      isOver = true;
      if (exitCode === 0) log.info(outcome, 'command finished');
      else log.error(outcome, 'command failed');
    });
    return command;
  };
}

function hideSecrets(args: readonly string[], secretFlags: RegExp): readonly string[] {
  return args.map((arg, index) => {
    const [flag = '', value] = arg.split(/=(.*)/s, 2);
    if (flag.startsWith('-') && secretFlags.test(flag) && value !== undefined) return `${flag}=[redacted]`;
    const before = args[index - 1] ?? '';
    const isValue = !arg.startsWith('-') && before.startsWith('-') && !before.includes('=');
    if (isValue && secretFlags.test(before)) return '[redacted]';
    return arg.replaceAll(/(\w:\/\/[^\s/:@]*):[^\s/@]+@/g, '$1:[redacted]@');
  });
}
