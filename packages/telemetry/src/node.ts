export { startTelemetry } from './start.ts';
export type { PageResponse, RenderedPage, Telemetry, TelemetryOptions } from './start.ts';
export type { ChannelMetric } from './channels.ts';
