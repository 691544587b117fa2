import { expectLog, expectOption, expectOptions } from '../expect-option.ts';
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
  /**
   * Names whose value is hidden: flags, variables, headers, parameters of URLs and members of JSON among the arguments.
   * @default names with pass, pwd, secret, token, key, auth, cookie or credential
   */
  readonly secretFlags?: RegExp;
}

/**
 * Logs the commands that the program starts: `started` at debug, and once `finished` at info or `failed` at error, with
 * exit code, signal and duration. Values of flags that look secret, and passwords in URLs, are hidden.
 *
 * @throws INVALID_OPTION, UNKNOWN_OPTION
 * @returns a function for the process that `spawn` and its like give; it gives the process back.
 */
export function commandLogger(
  options: CommandLoggerOptions,
): <T extends CommandProcess>(command: T, fields?: object) => T {
  expectOptions<CommandLoggerOptions>('options', options, { log: true, secretFlags: true });
  const { log, secretFlags = /pass|pwd|secret|token|key|auth|cookie|credential/i } = options;
  expectLog(log, ['debug', 'info', 'error']);
  expectOption('secretFlags', secretFlags instanceof RegExp, 'a pattern', secretFlags);
  // A global or sticky pattern remembers where it stopped.
  const flags = new RegExp(secretFlags.source, secretFlags.flags.replaceAll(/[gy]/g, ''));
  return (command, fields = {}) => {
    const [, ...args] = command.spawnargs;
    const { pid, spawnfile } = command;
    const about = { command: spawnfile, args: hideSecrets(args, flags), pid, ...fields };
    const startedAt = performance.now();
    const durationMs = (): number => Math.round(performance.now() - startedAt);
    // A command that cannot start tells `error`, and on some platforms `close` after it.
    let isOver = false;
    log.debug(about, 'command started');
    command.once('error', (err) => {
      if (!isOver)
        log.error({ ...about, durationMs: durationMs(), err: withHiddenArguments(err, flags) }, 'command failed');
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

const hidden = '[redacted]';

function hideSecrets(args: readonly string[], secretFlags: RegExp): readonly string[] {
  const isSecret = (name: string): boolean => secretFlags.test(name);
  return args.map((arg, index) => {
    const before = args[index - 1] ?? '';
    // A secret may begin with a dash as well.
    const isValue = before.startsWith('-') && !/[=\s]/.test(before) && !/^(--[a-z][\w-]*|-\w)$/i.test(arg);
    if (isValue && isSecret(before)) return hidden;
    return hideInText(arg, isSecret);
  });
}

// `--token=x`, `TOKEN=x`, `?token=x`, `"token": "x"`: up to the next blank, quote or separator.
const assignment = /([\w.-]+)(["']?\s*=\s*["']?|["']\s*:\s*["']?)([^\s"'&;,]+)/g;
// `Authorization: Bearer x`: up to the end of the text or quote.
const header = /([\w-]+)(:\s+)([^"'\n]+)/g;
// `mysql --password x` in a line for a shell.
const flagged = /(--?[\w-]+)(\s+)([^\s"']+)/g;
const password = /(\w:\/\/[^\s/:@]*):[^\s/@]+@/g;

function hideInText(text: string, isSecret: (name: string) => boolean): string {
  const hide = (whole: string, name: string, between: string): string =>
    isSecret(name) ? `${name}${between}${hidden}` : whole;
  return text
    .replaceAll(password, `$1:${hidden}@`)
    .replaceAll(header, hide)
    .replaceAll(assignment, hide)
    .replaceAll(flagged, hide);
}

// Node puts the arguments on the error of a command that cannot be started.
function withHiddenArguments(error: Error, secretFlags: RegExp): Error {
  const { spawnargs } = error as { spawnargs?: unknown };
  if (!Array.isArray(spawnargs)) return error;
  const value = hideSecrets(spawnargs.map(String), secretFlags);
  const members = Object.getOwnPropertyDescriptors(error);
  return Object.create(error, { ...members, spawnargs: { value, enumerable: true } }) as Error;
}
