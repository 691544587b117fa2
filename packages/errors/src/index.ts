export { attempt } from './attempt.ts';
export { catalogue } from './catalogue.ts';
export { collect } from './collect.ts';
export { defineErrors, isSeaworthyError } from './define.ts';
export { errorIndexPage } from './docs.ts';
export { ErrorsErrors } from './errors.ts';
export { exitCode } from './exit.ts';
export { explain } from './explain.ts';
export { toProblemDetails } from './http.ts';
export { translate } from './i18n/translate.ts';
export { fromJSON, toJSON } from './json.ts';
export { toLogFields } from './log-fields.ts';
export { matchError } from './match.ts';
export { normalize } from './normalize.ts';
export { toSpanException } from './otel.ts';
export { problemOf } from './problem.ts';
export { toCompact } from './render/compact.ts';
export { codeFrame } from './render/frame.ts';
export { toGithub } from './render/github.ts';
export { toSarif } from './render/sarif.ts';
export { toTerminal } from './render/terminal.ts';
export { reporter } from './report/report.ts';
export { counterSink, logSink } from './report/sinks.ts';
export { suggest } from './suggest.ts';
export type { Attempt, AttemptOf } from './attempt.ts';
export type { ErrorIndex } from './catalogue.ts';
export type { Collector, CollectorOptions, ProblemDetail, SchemaIssue } from './collect.ts';
export type { ErrorIndexOptions } from './docs.ts';
export type { ProblemDetails, ProblemDetailsOptions, ProblemItem } from './http.ts';
export type { LocaleOptions, Translation } from './i18n/translate.ts';
export type { LoggedError } from './log-fields.ts';
export type { MatchCases } from './match.ts';
export type { SpanException } from './otel.ts';
export type { JsonValue } from './plain.ts';
export type { Location, Problem } from './problem.ts';
export type { SarifLog, SarifLocation, SarifOptions, SarifResult, SarifRule, SarifRun } from './render/sarif.ts';
export type { TerminalOptions } from './render/terminal.ts';
export type { ReportCounter, ReportLogger } from './report/sinks.ts';
export type { Report, ReportDetails, Reporter, ReporterOptions, ReporterStats, ReportSink } from './report/types.ts';
export type { RpcCode } from './rpc.ts';
export type { ErrorJson } from './snapshot.ts';
export type { SourceOf } from './source.ts';
export type {
  AnyCatalogue,
  Catalogue,
  ErrorClass,
  ErrorDefinition,
  ErrorKind,
  ErrorMeta,
  ParamsOf,
  ParamValue,
  SchemaLike,
  SeaworthyError,
  Severity,
} from './types.ts';
