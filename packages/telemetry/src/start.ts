// (1) Whatever is read, loaded and opened before telemetry runs ends after `startTimeoutMs` or with the signal.
// (2) A start that fails leaves nothing open: what may fail or take time comes before anything records or is registered.
import { checkGiven, checkOptions } from './check-options.ts';
import { TelemetryErrors } from './errors.ts';
import type { TelemetryOptions } from './options.ts';
import { servePage } from './page.ts';
import { loadSdk } from './sdk.ts';
import { createTelemetry, type Parts, type Telemetry } from './telemetry.ts';
import { beforeDeadline } from './waits.ts';

/**
 * Starts to record what `defineMetrics` defined, before or after.
 *
 * @throws TelemetryErrors.INVALID_OPTION, PORT_UNAVAILABLE, INVALID_CONFIG_FILE, NO_CONFIG_PARSER, START_TIMEOUT
 * @throws the reason of `signal` when it aborts before telemetry runs.
 */
export async function startTelemetry(given: TelemetryOptions): Promise<Telemetry> {
  checkGiven(given);
  const { startTimeoutMs: timeoutMs = 10_000, signal } = given;
  let doing = '';
  const late = (): Error => new TelemetryErrors.START_TIMEOUT({ timeoutMs, doing });
  return beforeDeadline({ timeoutMs, signal, late }, (stop) =>
    start(given, stop, (what) => {
      doing = what;
    }),
  );
}

async function start(given: TelemetryOptions, stop: AbortSignal, tell: (doing: string) => void): Promise<Telemetry> {
  tell('reading its configuration file');
  const { options, problems } = await withConfigFile(given);
  checkOptions(options);
  tell("loading OpenTelemetry's SDK");
  const createSdk = await loadSdk(options);
  stop.throwIfAborted();
  const { prometheus, disabled = false } = options;
  const where = typeof prometheus === 'object' && !disabled ? prometheus : undefined;
  tell(`waiting to listen on ${where?.host ?? 'its port'}`);
  const server = where && (await servePage(where, async (accept) => telemetry.render(accept)));
  const telemetry = await runOrClose({ options, problems, createSdk, server }, stop);
  return telemetry;
}

/** From here on nothing is waited for but the port, when nobody waits for telemetry any more. */
async function runOrClose(parts: Parts, stop: AbortSignal): Promise<Telemetry> {
  try {
    stop.throwIfAborted();
    return createTelemetry(parts);
  } catch (error) {
    await parts.server?.close();
    throw error;
  }
}

type Configured = Pick<Parts, 'options' | 'problems'>;

/** The options with what the file says, when there is one. */
async function withConfigFile(given: TelemetryOptions): Promise<Configured> {
  if (given.configFile === undefined) return { options: given, problems: [] };
  const { readConfigFile } = await import('./config-file.ts');
  const { options, problems } = await readConfigFile(given.configFile);
  return { options: { ...given, ...options }, problems };
}
