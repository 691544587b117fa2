export { defineMetrics } from './define.ts';
export type { Meter } from './define.ts';
export { TelemetryErrors } from './errors.ts';
export { observe } from './observe.ts';
export type { DurationMetric, ObserveOptions } from './observe.ts';
export type {
  AttributeSchema,
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
