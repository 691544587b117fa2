export { defineMetrics } from './define.ts';
export type { Meter } from './define.ts';
export { TelemetryErrors } from './errors.ts';
export type {
  AttributesOf,
  AttributeSpec,
  BoundCounter,
  BoundGauge,
  BoundHistogram,
  Counter,
  Gauge,
  Histogram,
  InstrumentOf,
  Instruments,
  MetricDefinition,
  MetricType,
  NoAttributes,
} from './types.ts';
