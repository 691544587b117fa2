import type { OtlpOptions } from '@seaworthy/telemetry/node';
import type { Settings } from './settings.ts';

/** Where metrics and spans are pushed to, by the settings; `undefined` when they are not. */
export function otlpOf({ telemetry }: Pick<Settings, 'telemetry'>): OtlpOptions | undefined {
  const { endpoint, headers, protocol, temporality, intervalMs } = telemetry;
  if (endpoint === undefined) return undefined;
  return { endpoint, protocol, temporality, intervalMs, ...(headers && { headers: parseHeaders(headers.reveal()) }) };
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
