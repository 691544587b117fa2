export { createLogger } from './create.ts';
export type { LoggerOptions, LoggerWith } from './create.ts';
export type { WinstonOptions } from './winston-options.ts';
export type { CustomLevels, LevelNameOf, LevelsOption, NpmLevel, SyslogLevel } from './levels/custom.ts';
export type { EventFields, EventOptions, EventSchema, EventType, LogEvent } from './event.ts';
export type { Timed, TimeOptions } from './time.ts';
export type { ChildOptions, FlushOptions, FlushReport, Logger, LoggerStats, LogMethod } from './types.ts';
export type { Serializers } from './serializers.ts';
export type { ActiveSpan } from './layout.ts';
export type { Preset } from './presets.ts';
export { levels } from './levels/registry.ts';
export type { LevelRegistry, LoggerLevel, SetLevelOptions } from './levels/registry.ts';
export type { LevelName, LevelWord } from './levels/vocabulary.ts';
export { context } from './context.ts';
export type { LogContext } from './context.ts';
export { stderr, stdout } from './sinks/stdout.ts';
export type { TerminalOptions } from './sinks/stdout.ts';
export { file } from './sinks/file.ts';
export type { FileOptions } from './sinks/file.ts';
export type { RotateOptions } from './sinks/rotate.ts';
export { filter } from './sinks/filter.ts';
export { http } from './sinks/http.ts';
export type { HttpSinkOptions } from './sinks/http.ts';
export { memory } from './sinks/memory.ts';
export type { LogRecord, MemoryOptions, MemorySink } from './sinks/memory.ts';
export { sinkTransport } from './sinks/transport.ts';
export type { SinkTransportOptions } from './sinks/transport.ts';
export { worker } from './sinks/worker.ts';
export type { WorkerOptions } from './sinks/worker.ts';
export type { WriteOptions } from './sinks/options.ts';
export type { Durability, Sink, SinkSettings, SinkStats, WhenFull } from './sinks/sink.ts';
export { auditLog } from './audit/audit.ts';
export type { AuditLog, AuditOptions, AuditWaitOptions } from './audit/audit.ts';
export { verifyAudit } from './audit/verify.ts';
export type { AuditReport, VerifyOptions } from './audit/verify.ts';
export type { AuditHead, AuditKey } from './audit/chain.ts';
export { httpLogger } from './activity/http.ts';
export type {
  ActivityLog,
  HttpLoggerOptions,
  HttpMiddleware,
  HttpOutcome,
  HttpRequest,
  HttpResponse,
} from './activity/http.ts';
export { wsLogger } from './activity/ws.ts';
export type { WebSocketLike, WsLoggerOptions } from './activity/ws.ts';
export { commandLogger } from './activity/command.ts';
export type { CommandLoggerOptions, CommandProcess } from './activity/command.ts';
export { performanceLogger } from './activity/performance.ts';
export type {
  OperationSummary,
  PerformanceLogger,
  PerformanceLoggerOptions,
  PerformanceSummary,
} from './activity/performance.ts';
export type { RedactOptions } from './redact.ts';
export { channels } from './events.ts';
export type { LevelChanged, RecordsDropped, SinkFailed } from './events.ts';
export { LoggerErrors } from './errors.ts';
