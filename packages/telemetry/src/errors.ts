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
    message: 'Metric "{metric}" has buckets that do not rise: {buckets}. Give finite upper bounds in rising order.',
  },
  INVALID_OPTION: {
    message: 'Expected `{option}` to be {expected}, got `{received}`.',
  },
  PROMETHEUS_OFF: {
    message: 'There is no Prometheus page: telemetry was started with `prometheus: false`. Start it with "handler".',
    httpStatus: 404,
  },
} as const;

/** Every error of this package. All are misuse, found when a metric is defined, telemetry started or a page wanted. */
export const TelemetryErrors: Catalogue<typeof definitions> = defineErrors('seaworthy.telemetry', definitions);
