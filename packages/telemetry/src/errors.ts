import { defineErrors, type Catalogue } from '@seaworthy/errors';

const definitions = {
  INVALID_NAME: {
    message:
      'Metric name "{name}" is not valid: {reason}. Use letters, digits, ".", "_" and "-", starting with a letter, such as "shop.orders".',
  },
  INVALID_ATTRIBUTE: {
    message: 'Metric "{metric}" cannot have the attribute "{attribute}": {reason}. Rename it.',
  },
  INVALID_BUCKETS: {
    message:
      'Metric "{metric}" has buckets that do not rise: {buckets}. Give one or more finite upper bounds in rising order.',
  },
  INVALID_OPTION: {
    message: 'Expected `{option}` to be {expected}, got `{received}` ({type}).',
  },
  UNKNOWN_OPTION: {
    message: 'There is no option `{option}`.{hint} Correct or remove it. Known are: {known}.',
  },
  INVALID_VARIABLE: {
    message:
      'The variable {variable} is not used: it must be {expected}, and is {received}. Correct or unset it; until then {instead}.',
  },
  INVALID_CONFIG_FILE: {
    message: 'The configuration file {file} cannot be used: {reason}. Correct it, or start without `configFile`.',
    exitCode: 78,
  },
  UNUSED_SETTING: {
    message: 'The setting {setting} of {file} is not used: {reason}. Remove it, or set it where it is supported.',
  },
  NO_CONFIG_PARSER: {
    message:
      'Configuration files are read by @opentelemetry/configuration, which is not installed. Run `npm install @opentelemetry/configuration`.',
    exitCode: 78,
  },
  PROMETHEUS_OFF: {
    message: 'There is no Prometheus page: telemetry was started with `prometheus: false`. Start it with "handler".',
    httpStatus: 404,
  },
  START_TIMEOUT: {
    message:
      'Telemetry did not start within {timeoutMs} ms: it was still {doing}. Look at what holds that, or give a longer `startTimeoutMs`.',
    exitCode: 75,
    retryable: true,
  },
  PORT_UNAVAILABLE: {
    message:
      'The Prometheus page could not listen on {host}:{port}. Give another `prometheus.port`, or 0 for a free one.',
  },
  EXPORT_FAILED: {
    message:
      'Telemetry ({signal}) could not be exported: {reason}. Recording goes on; `diagnose()` counts what was dropped. Look at the collector and at `otlp`.',
  },
  UNEXPECTED_METRIC: {
    message: 'Expected the metric "{metric}" {expected}, got {received}.',
  },
} as const;

/** Every error of this package: misuse, found when a metric is defined, telemetry started or a page wanted, and failed exports. */
export const TelemetryErrors: Catalogue<typeof definitions> = defineErrors('seaworthy.telemetry', definitions);
