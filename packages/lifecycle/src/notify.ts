// Node cannot send datagrams to a Unix socket, so systemd's own `systemd-notify` speaks for it.
// The unit needs `NotifyAccess=all` for that.
import { execFile } from 'node:child_process';
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
  let isBroken = environment['NOTIFY_SOCKET'] === undefined;
  const tell = (state: string): void => {
    if (isBroken) return;
    send(state, (error) => {
      if (!error || isBroken) return;
      isBroken = true;
      options.logger.error({ err: error, state }, 'systemd could not be notified');
    });
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
  execFile(program, [state], { timeout: 5_000 }, done);
}
