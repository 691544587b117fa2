import type { OtlpOptions } from '@seaworthy/telemetry/node';
import type { Settings } from './config/settings.ts';
import type { Log } from './log.ts';
import type { Report } from './report/report.ts';
import { readVersion } from './version.ts';

/** What a run tells a collector about itself. */
export interface RunTelemetry {
  /** Runs a command as the root of a trace, and times it. */
  run<Result>(work: () => Promise<Result>): Promise<Result>;
  countFindings(report: Report): void;
  /** Exports all of it, for at most `telemetry.timeoutMs`. */
  close(): Promise<void>;
}

/** Starts telemetry when an endpoint is configured; nothing of it is loaded otherwise. */
export async function startRunTelemetry(
  command: string,
  { telemetry: settings }: Pick<Settings, 'telemetry'>,
  log: Log | undefined,
): Promise<RunTelemetry | undefined> {
  const otlp = otlpOf(settings);
  if (otlp === undefined) return undefined;
  const [{ defineMetrics }, { countErrors, measureCommands, measureHttpClient, packageChannels, startTelemetry }] =
    await Promise.all([import('@seaworthy/telemetry'), import('@seaworthy/telemetry/node')]);
  const metrics = defineMetrics(
    { name: 'seaworthy.cli', version: readVersion() },
    {
      'seaworthy.cli.run.duration': {
        type: 'histogram',
        unit: 's',
        description: 'Runs of the command line.',
        attributes: { command: 'string', outcome: ['ok', 'error'] },
      },
      'seaworthy.cli.findings': {
        type: 'counter',
        unit: '{finding}',
        description: 'Findings of audits.',
        attributes: { severity: 'string' },
      },
    },
  );
  const telemetry = await startTelemetry({
    service: 'seaworthy-cli',
    serviceVersion: readVersion(),
    prometheus: false,
    runtime: false,
    channels: packageChannels(),
    // The command itself ends with it, also after an interrupt.
    exportAtExit: false,
    closeTimeoutMs: settings.timeoutMs,
    otlp,
    onError: (error) => log?.warn({ err: error }, 'telemetry has lost something'),
  });
  const measurements = [measureHttpClient(), measureCommands()];
  const errors = countErrors();
  const tracer = telemetry.tracerProvider.getTracer('seaworthy.cli');
  return {
    run: (work) =>
      tracer.startActiveSpan(`seaworthy ${command}`, async (span) => {
        const startedAt = performance.now();
        const end = (outcome: 'ok' | 'error'): void => {
          metrics['seaworthy.cli.run.duration'].record((performance.now() - startedAt) / 1_000, { command, outcome });
          span.setAttribute('outcome', outcome).end();
        };
        try {
          const result = await work();
          end('ok');
          return result;
        } catch (error) {
          errors.count(error);
          end('error');
          throw error;
        }
      }),
    countFindings({ findings }) {
      for (const { severity } of findings) metrics['seaworthy.cli.findings'].add(1, { severity });
    },
    async close() {
      for (const each of measurements) each[Symbol.dispose]();
      await telemetry.close();
    },
  };
}

function otlpOf({ endpoint, headers, protocol, timeoutMs }: Settings['telemetry']): OtlpOptions | undefined {
  if (endpoint === undefined) return undefined;
  const given = headers === undefined ? undefined : parseHeaders(headers.reveal());
  return { endpoint, protocol, timeoutMs, ...(given && { headers: given }) };
}

/** `api-key=…,x-team=shop`, as OpenTelemetry's own variable has it: values are percent-encoded. */
function parseHeaders(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    text.split(',').map((pair) => {
      const end = pair.indexOf('=');
      return [pair.slice(0, end).trim(), decodeURIComponent(pair.slice(end + 1).trim())];
    }),
  );
}
