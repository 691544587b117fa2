import type { EvaluationContext } from './evaluation.ts';
import { isRecord } from './json.ts';
import type { FlagHook } from './hooks.ts';
import type { HashEncoding } from './hash/murmur3.ts';
import type { Bucketing, BucketingVersion } from './operators/fractional.ts';
import type { FlagOverrides } from './overrides.ts';
import { expect, expectOptions, expectTime, type OptionNames } from './sources/check.ts';
import type { FlagSource } from './sources/source.ts';
import type { FlagSchema } from './typed-keys.ts';

/** What flags ask of a logger: fields first, then the message. */
export interface FlagsLogger {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface FlagsOptions<Schema extends FlagSchema = FlagSchema> {
  readonly source: FlagSource;
  /** A document whose keys, variants and values type the flags; it is not read at run time. */
  readonly schema?: Schema;
  /** Attributes that every evaluation has, such as the environment; those of a call come first. */
  readonly context?: EvaluationContext;
  /**
   * How `fractional` puts subjects into buckets. Changing it moves subjects, so it never changes by itself.
   *
   * @default 'v2', as flagd has it
   */
  readonly bucketing?: BucketingVersion;
  /**
   * What of a text is hashed to bucket by it: `'latin1'` gives the answers of the JavaScript SDKs of flagd and Unleash, which
   * differ from those of other languages for texts beyond ASCII.
   *
   * @default 'utf8'
   */
  readonly hashEncoding?: HashEncoding;
  /** Demands variants, whatever the document says. */
  readonly overrides?: FlagOverrides;
  /**
   * A document with problems: refuse it whole, or keep the last good definition of each flag with a problem.
   *
   * @default 'reject'
   */
  readonly onInvalid?: 'reject' | 'quarantine';
  /** Whether an update may take all flags away. @default false */
  readonly allowEmpty?: boolean;
  /**
   * A file that keeps the last flags that were in use. A start whose source fails goes on with them, and `status().lastError`
   * says why.
   */
  readonly lastKnownGood?: string;
  /** How many versions `history()` has and `rollback()` can go back to, the one in use among them. @default 10 */
  readonly historySize?: number;
  /** Called around evaluations. */
  readonly hooks?: readonly FlagHook[];
  /** How long the source may take to answer. @default 10000 */
  readonly loadTimeoutMs?: number;
  /** Silent without it. */
  readonly logger?: FlagsLogger;
  /** Ends a running load and stops watching when it aborts. */
  readonly signal?: AbortSignal;
}

export interface Settings {
  readonly source: FlagSource;
  readonly context: EvaluationContext;
  readonly bucketing: Bucketing;
  readonly overrides: FlagOverrides | undefined;
  readonly onInvalid: 'reject' | 'quarantine';
  readonly allowEmpty: boolean;
  readonly lastKnownGood: string | undefined;
  readonly historySize: number;
  readonly hooks: readonly FlagHook[];
  readonly loadTimeoutMs: number;
  readonly logger: FlagsLogger;
  readonly signal: AbortSignal | undefined;
}

const names: OptionNames<FlagsOptions> = {
  source: true,
  schema: true,
  context: true,
  bucketing: true,
  hashEncoding: true,
  overrides: true,
  onInvalid: true,
  allowEmpty: true,
  lastKnownGood: true,
  historySize: true,
  hooks: true,
  loadTimeoutMs: true,
  logger: true,
  signal: true,
};

/** @throws INVALID_OPTION */
export function checkOptions(options: FlagsOptions): Settings {
  expectOptions(options, names);
  const { source, context = {}, onInvalid = 'reject', allowEmpty = false, loadTimeoutMs = 10_000 } = options;
  const { overrides, logger = { info() {}, error() {} }, signal } = options;
  expect('source', 'a source such as memory(…) or file(…)', source, typeof source?.load === 'function');
  expect('context', 'an object', context, isRecord(context));
  const { bucketing: version = 'v2', hashEncoding = 'utf8' } = options;
  expect('bucketing', '"v1", "v2" or "v3"', version, ['v1', 'v2', 'v3'].includes(version));
  expect('hashEncoding', '"utf8" or "latin1"', hashEncoding, ['utf8', 'latin1'].includes(hashEncoding));
  const bucketing: Bucketing = { version, hashEncoding };
  expect('onInvalid', '"reject" or "quarantine"', onInvalid, ['reject', 'quarantine'].includes(onInvalid));
  const { lastKnownGood, historySize = 10, hooks = [] } = options;
  const isPath = lastKnownGood === undefined || (typeof lastKnownGood === 'string' && lastKnownGood !== '');
  expect('lastKnownGood', 'the path of a file', lastKnownGood, isPath);
  const isSize = Number.isInteger(historySize) && historySize >= 1;
  expect('historySize', 'a whole number from 1', historySize, isSize);
  expect('hooks', 'a list of hooks', hooks, Array.isArray(hooks));
  for (const hook of hooks) expect('hooks', 'a list of hooks', hook, isRecord(hook));
  expect(
    'overrides',
    'what fixed(…) or env(…) give',
    overrides,
    overrides === undefined || canDo(overrides, ['variantFor']),
  );
  expect('logger', 'an object with `info` and `error`', logger, canDo(logger, ['info', 'error']));
  const isSignal = signal === undefined || canDo(signal, ['addEventListener', 'throwIfAborted']);
  expect('signal', 'an AbortSignal', signal, isSignal);
  expectTime('loadTimeoutMs', loadTimeoutMs);
  return {
    source,
    context: { ...context },
    bucketing,
    overrides,
    onInvalid,
    allowEmpty,
    lastKnownGood,
    historySize,
    hooks,
    loadTimeoutMs,
    logger,
    signal,
  };
}

function canDo(value: unknown, calls: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const found: object = value;
  return calls.every((name) => name in found && typeof Reflect.get(found, name) === 'function');
}
