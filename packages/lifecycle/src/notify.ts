// Node cannot send datagrams to a Unix socket, so systemd's own `systemd-notify` speaks for it; it takes paths and
// abstract sockets (`@name`). The unit needs `NotifyAccess=all` for that.
// (1) Without NOTIFY_SOCKET nothing runs. (2) A socket that fails is logged once and then left alone.
// (3) A message that is under way does not keep the process alive.
import { execFile, type ChildProcess } from 'node:child_process';
import type { LifecycleLogger } from './types.ts';

const program = 'systemd-notify';

/** Tells the service manager where the process stands. */
export interface Notifier {
  readonly ready: () => void;
  readonly stopping: () => void;
  /** Ends the watchdog; safe to call again. */
  readonly close: () => void;
}

/** What a notifier needs. */
export interface NotifierOptions {
  /** Asked before each watchdog message; when it says no, systemd restarts the unit in its time. */
  readonly isAlive: () => Promise<boolean>;
  readonly logger: LifecycleLogger;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly send?: (state: string, done: (error: Error | null) => void) => void;
}

/** Creates a notifier that does nothing unless systemd gave this process a `NOTIFY_SOCKET`. */
export function createNotifier(options: NotifierOptions): Notifier {
  const { environment = process.env, send = runSystemdNotify } = options;
  let watchdog: NodeJS.Timeout | undefined;
  let isBroken = (environment['NOTIFY_SOCKET'] ?? '') === '';
  const onSent =
    (state: string) =>
    (error: Error | null): void => {
      if (!error || isBroken) return;
      isBroken = true;
      clearInterval(watchdog);
      options.logger.error({ err: error, state }, 'systemd could not be notified');
    };
  const tell = (state: string): void => {
    if (isBroken) return;
    try {
      send(state, onSent(state));
    } catch (error) {
      onSent(state)(error instanceof Error ? error : new Error(String(error)));
    }
  };
  const close = (): void => clearInterval(watchdog);
  return {
    ready() {
      tell('READY=1');
      const everyMs = watchdogMs(environment);
      if (isBroken || everyMs === undefined) return;
      watchdog = setInterval(() => void feed(options, tell), everyMs).unref();
    },
    stopping: () => tell('STOPPING=1'),
    close,
  };
}

async function feed({ isAlive }: NotifierOptions, tell: (state: string) => void): Promise<void> {
  if (await isAlive().catch(() => false)) tell('WATCHDOG=1');
}

/** Half the time systemd waits, as its manual advises; none when the watchdog is for another process. */
function watchdogMs(environment: Readonly<Record<string, string | undefined>>): number | undefined {
  const { WATCHDOG_USEC: micros, WATCHDOG_PID: pid } = environment;
  if (micros === undefined || (pid !== undefined && pid !== String(process.pid))) return undefined;
  const everyMs = Number(micros) / 2_000;
  return everyMs >= 1 && everyMs < 2 ** 31 ? everyMs : undefined;
}

function runSystemdNotify(state: string, done: (error: Error | null) => void): void {
  letGo(execFile(program, [state], { timeout: 5_000 }, done));
}

function letGo(child: ChildProcess): void {
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr]) {
    if (stream !== null && 'unref' in stream && typeof stream.unref === 'function') stream.unref();
  }
}
