export { startTelemetry } from './start.ts';
export type { Telemetry } from './telemetry.ts';
export { readEnvironment } from './environment.ts';
export type { ConfiguredTelemetry, Variables } from './environment.ts';
export type { OtlpOptions, OtlpSignalOptions, PrometheusOptions, TelemetryOptions, TraceOptions } from './options.ts';
export type { PageRequest, PageResponse, RenderedPage } from './page.ts';
export type { Diagnosis } from './diagnose.ts';
export type { Delivered, Loss, Signal } from './delivery.ts';
export type { ChannelMetric } from './channels.ts';
export { packageChannels } from './published/all.ts';
export type { PackageChannelOptions } from './published/all.ts';
export { measureCommands } from './command.ts';
export type { CommandMeasurements, CommandOptions } from './command.ts';
export type { Quota } from './quota.ts';
export { countErrors } from './error-counts.ts';
export type { ErrorCountOptions, ErrorCounts } from './error-counts.ts';
export { measureEveryFastify, measureFastify } from './fastify.ts';
export type { FastifyLike, FastifyRequestLike } from './fastify.ts';
export { measureHttp } from './http.ts';
export type { HttpMeasurements, HttpOptions } from './http.ts';
export { measureHttpClient } from './http-client.ts';
export type { HttpClientOptions } from './http-client.ts';
export { activeTrace, exceptionEvent, logException } from './logs.ts';
export type { ExceptionEvent, TelemetryLogger, TraceIds } from './logs.ts';
export { createUsage } from './usage.ts';
export type {
  Usage,
  UsageAttribute,
  UsageAttributesOf,
  UsageEvent,
  UsageEventDefinition,
  UsageOptions,
  UsageStats,
} from './usage.ts';
export { measureWebSockets } from './ws.ts';
export type { WebSocketLike, WebSocketMeasurements, WebSocketOptions } from './ws.ts';
