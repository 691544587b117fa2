import { channel, type Channel } from 'node:diagnostics_channel';
import type { Evaluation, EvaluationContext } from './evaluation.ts';

/** Other flags are in use now. */
export interface FlagsChanged {
  readonly source: string;
  /** What brought them: the source, `rollback()`, or the kept copy at a start without a source. */
  readonly cause: 'load' | 'rollback' | 'last-known-good';
  /** Who asked for it or published it, where that was said. */
  readonly by?: string;
  /** Counts the sets of flags that have been in use; the first is 1. */
  readonly version: number;
  /** The number that the source gave this document, if it counts. */
  readonly sourceVersion?: number;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

/** New flags could not be used; the last good ones stay. */
export interface FlagsRejected {
  readonly source: string;
  readonly code: string;
  readonly message: string;
}

/** The source answers again after it was rejected; the flags in use are those that it has. */
export interface FlagsRecovered {
  readonly source: string;
}

/** One evaluation, in the words of OpenTelemetry's semantic conventions for feature flags. */
export interface FlagEvaluated {
  readonly 'feature_flag.key': string;
  readonly 'feature_flag.provider.name': 'seaworthy';
  readonly 'feature_flag.result.reason': string;
  readonly 'feature_flag.result.variant'?: string;
  /** Only where there is no variant. */
  readonly 'feature_flag.result.value'?: unknown;
  readonly 'feature_flag.context.id'?: string;
  readonly 'feature_flag.set.id'?: string;
  readonly 'feature_flag.version'?: string;
  readonly 'error.type'?: string;
  readonly 'feature_flag.error.message'?: string;
}

const flagsChanged = channel('seaworthy:flags:changed');
const flagsRejected = channel('seaworthy:flags:rejected');
const flagsRecovered = channel('seaworthy:flags:recovered');
const flagEvaluated: Channel = channel('seaworthy:flags:evaluated');

/** The names of all channels this package publishes on. */
export const flagChannels: readonly string[] = [
  'seaworthy:flags:changed',
  'seaworthy:flags:rejected',
  'seaworthy:flags:recovered',
  'seaworthy:flags:evaluated',
];

export function tellFlagsChanged(event: FlagsChanged): void {
  if (flagsChanged.hasSubscribers) flagsChanged.publish(event);
}

export function tellFlagsRejected(event: FlagsRejected): void {
  if (flagsRejected.hasSubscribers) flagsRejected.publish(event);
}

export function tellFlagsRecovered(event: FlagsRecovered): void {
  if (flagsRecovered.hasSubscribers) flagsRecovered.publish(event);
}

/** Whether anybody listens to evaluations. */
export function isEvaluationHeard(): boolean {
  return flagEvaluated.hasSubscribers;
}

/** The payload is made only if somebody listens. */
export function tellEvaluated(key: string, evaluation: Evaluation, context: EvaluationContext | undefined): void {
  if (flagEvaluated.hasSubscribers) flagEvaluated.publish(describe(key, evaluation, context));
}

function describe(key: string, evaluation: Evaluation, context: EvaluationContext | undefined): FlagEvaluated {
  const { value, variant, reason, errorCode, errorMessage, flagMetadata } = evaluation;
  const { flagSetId, version } = flagMetadata;
  const targetingKey = context?.targetingKey;
  return {
    'feature_flag.key': key,
    'feature_flag.provider.name': 'seaworthy',
    'feature_flag.result.reason': reason.toLowerCase(),
    ...(variant === undefined ? { 'feature_flag.result.value': value } : { 'feature_flag.result.variant': variant }),
    ...(typeof targetingKey === 'string' && { 'feature_flag.context.id': targetingKey }),
    ...(flagSetId !== undefined && { 'feature_flag.set.id': String(flagSetId) }),
    ...(version !== undefined && { 'feature_flag.version': String(version) }),
    ...(errorCode && { 'error.type': errorCode.toLowerCase() }),
    ...(errorMessage !== undefined && { 'feature_flag.error.message': errorMessage }),
  };
}
