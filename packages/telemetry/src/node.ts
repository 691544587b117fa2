export { startTelemetry } from './start.ts';
export type { Telemetry } from './start.ts';
export type { OtlpOptions, PrometheusOptions, TelemetryOptions, TraceOptions } from './options.ts';
export type { PageRequest, PageResponse, RenderedPage } from './page.ts';
export type { Diagnosis } from './diagnose.ts';
export type { Delivered, Loss, Signal } from './delivery.ts';
export type { ChannelMetric } from './channels.ts';
