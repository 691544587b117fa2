import { createRequire } from 'node:module';
import { LoggerErrors } from './errors.ts';
import type { ActiveSpan } from './layout.ts';

interface OpenTelemetryApi {
  readonly trace: { getActiveSpan(): { spanContext(): ActiveSpan } | undefined };
}

/** Reads the active span from `@opentelemetry/api`, an optional peer. @throws OTEL_MISSING */
export function activeSpanOfOpenTelemetry(): () => ActiveSpan | undefined {
  const { trace } = loadApi();
  return () => trace.getActiveSpan()?.spanContext();
}

function loadApi(): OpenTelemetryApi {
  try {
    // Not an import: who does not ask for it does not have to install it.
    return createRequire(import.meta.url)('@opentelemetry/api') as OpenTelemetryApi;
  } catch (cause) {
    throw new LoggerErrors.OTEL_MISSING({}, { cause });
  }
}
