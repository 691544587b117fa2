import type { FlagValue } from './document.ts';
import type { CompiledFlag } from './compile/flag.ts';
import { withFallback, type Evaluation, type EvaluationContext } from './evaluation.ts';
import type { FlagDifference } from './diff.ts';
import { isEvaluationHeard, tellEvaluated, type FlagsChanged } from './events.ts';
import { Handle, type Evaluate, type Evaluator } from './handle.ts';
import type { FlagVersion } from './history.ts';
import { withHooks } from './hooks.ts';
import { explainFlag, type Explanation } from './explain.ts';
import { deepFreeze, isRecord } from './json.ts';
import { ofrepHandler, type OfrepHandler, type OfrepOptions, type ServedFlags } from './ofrep/handler.ts';
import { openfeatureProvider, type OpenFeatureProvider } from './openfeature.ts';
import { checkOptions, type FlagsOptions, type Settings } from './options.ts';
import { expect } from './sources/check.ts';
import { Store } from './store.ts';
import { typed } from './typed.ts';
import type { Fallback, FlagKey, FlagSchema, FlagValueOf, WithFallback } from './typed-keys.ts';
import type { FlagProblem } from './validate/problem.ts';

/** One flag by its key; it survives reloads, and is the fastest way to evaluate. */
export interface FlagHandle<Value = FlagValue> {
  readonly key: string;
  value(context?: EvaluationContext): Value | undefined;
  value<const Given extends Fallback<Value>>(
    context: EvaluationContext | undefined,
    fallback: Given,
  ): WithFallback<Value, Given>;
  evaluate(context?: EvaluationContext, fallback?: Fallback<Value>): Evaluation<Value>;
}

/** One line of `flags.list()`. */
export interface FlagListing {
  readonly key: string;
  readonly state: 'ENABLED' | 'DISABLED';
  readonly defaultVariant: string | null;
  readonly variants: Readonly<Record<string, unknown>>;
}

/** What a handle and the flags really do; the schema adds the types. */
type UntypedFlags = Omit<Flags, 'value' | 'evaluate' | 'explain' | 'handle'> & {
  explain(key: string, context?: EvaluationContext): Explanation;
  value(key: string, context?: EvaluationContext, fallback?: FlagValue): FlagValue | undefined;
  evaluate(key: string, context?: EvaluationContext, fallback?: FlagValue): Evaluation;
  handle(key: string): Handle;
};

/** Where the flags come from and how fresh they are. */
export interface FlagsStatus {
  readonly source: string;
  /** Counts the sets of flags that have been in use; the first is 1. */
  readonly version: number;
  /** The number that the source gave the flags in use, if it counts. */
  readonly sourceVersion?: number;
  /** When the flags in use were loaded, in ISO 8601. */
  readonly loadedAt: string;
  /** Flags kept at their last good definition, and why; empty unless `onInvalid` is `'quarantine'`. */
  readonly problems: readonly FlagProblem[];
  /** Why newer flags are not in use. */
  readonly lastError?: { readonly code: string; readonly message: string };
}

export interface RollbackOptions {
  /** Who asks for it, for the history. */
  readonly by?: string;
}

export interface Flags<Schema extends FlagSchema = FlagSchema> extends AsyncDisposable {
  /** The value of a flag, undefined if it has none. Never throws. */
  value<Key extends FlagKey<Schema>>(key: Key, context?: EvaluationContext): FlagValueOf<Schema, Key> | undefined;
  /** The value of a flag, or the fallback where there is none or one of another type. */
  value<Key extends FlagKey<Schema>, const Given extends Fallback<FlagValueOf<Schema, Key>>>(
    key: Key,
    context: EvaluationContext | undefined,
    fallback: Given,
  ): WithFallback<FlagValueOf<Schema, Key>, Given>;
  /** The value with variant, reason, error and metadata. Never throws. */
  evaluate<Key extends FlagKey<Schema>>(
    key: Key,
    context?: EvaluationContext,
    fallback?: Fallback<FlagValueOf<Schema, Key>>,
  ): Evaluation<FlagValueOf<Schema, Key>>;
  handle<Key extends FlagKey<Schema>>(key: Key): FlagHandle<FlagValueOf<Schema, Key>>;
  /** Which rules were asked, what each said, and why the flag has its value. It tells no evaluation event. Never throws. */
  explain(key: FlagKey<Schema>, context?: EvaluationContext): Explanation;
  /** All flags, by key; it tells no evaluation events. */
  evaluateAll(context?: EvaluationContext): Readonly<Record<string, Evaluation>>;
  list(): readonly FlagListing[];
  status(): FlagsStatus;
  /** Listens to changes; a listener that throws reaches nobody else. Calling the answer ends it. @throws INVALID_OPTION */
  on(event: 'change', listener: (change: FlagsChanged) => unknown): () => void;
  /** The versions that were in use, newest last: an audit record of each change. */
  history(): readonly FlagVersion[];
  /** The flags that a version of the history added, removed or changed, as they were before and after. @throws UNKNOWN_VERSION */
  diff(version: number): readonly FlagDifference[];
  /**
   * Puts an earlier version back into use. It stays until the source has other flags than it has now.
   *
   * @throws UNKNOWN_VERSION, CLOSED
   */
  rollback(version: number, options?: RollbackOptions): void;
  /** A provider for OpenFeature's server SDK. */
  openfeature(): OpenFeatureProvider;
  /** Answers requests of the OpenFeature Remote Evaluation Protocol, for a server of your own. @throws INVALID_OPTION */
  ofrep(options?: OfrepOptions): OfrepHandler;
  /** Loads now. @throws SOURCE_FAILED, NOT_JSON, INVALID_DOCUMENT, EMPTIED, CLOSED; the last good flags stay in use */
  reload(): Promise<void>;
  /** Stops watching; the last flags still answer. Closing twice is safe. */
  close(): Promise<void>;
}

/**
 * Loads flags, and keeps them up to date until they are closed.
 *
 * @throws INVALID_OPTION, SOURCE_FAILED, NOT_JSON, INVALID_DOCUMENT, and the reason of the signal
 */
export async function createFlags<const Schema extends FlagSchema = FlagSchema>(
  options: FlagsOptions<Schema>,
): Promise<Flags<Schema>> {
  const store = new Store(checkOptions(options));
  try {
    await store.start();
  } catch (error) {
    await store.close();
    // A start that was given up has not failed.
    options.signal?.throwIfAborted();
    throw error;
  }
  return typed<Flags<Schema>>(untypedFlags(store));
}

function untypedFlags(store: Store): UntypedFlags {
  const evaluator = createEvaluator(store.settings);
  const { evaluate, value } = evaluator;
  return {
    value: (key, context, fallback) => value(store.flag(key), context, fallback),
    evaluate: (key, context, fallback) => evaluate(store.flag(key), context, fallback),
    handle: (key) => store.handle(key, (flag) => new Handle(flag, evaluator)),
    explain: (key, context) => explain(store, key, context),
    evaluateAll: (context) => evaluateAll(store, context),
    list: () =>
      store.snapshot.flags
        .all()
        .map(listingOf)
        .filter((listing) => listing !== undefined),
    status: () => statusOf(store),
    history: () => store.history(),
    diff: (version) => store.differences(version),
    rollback: (version, options) => store.rollback(version, options?.by),
    on: (_event, listener) => {
      expect('listener', 'a function', listener, typeof listener === 'function');
      return store.on(listener);
    },
    openfeature: () =>
      openfeatureProvider({
        evaluate: (key, context, fallback) => evaluate(store.flag(key), context, fallback),
        onChange: (listener) => store.on(listener),
        onReject: (listener) => store.onReject(listener),
        onRecover: (listener) => store.onRecover(listener),
        problem: () => store.lastError?.message,
      }),
    ofrep: (options) => ofrepHandler(servedFlags(store, evaluate), options),
    reload: () => store.reload(),
    close: () => store.close(),
    [Symbol.asyncDispose]: () => store.close(),
  };
}

function evaluateAll({ snapshot }: Store, context?: EvaluationContext): Readonly<Record<string, Evaluation>> {
  return Object.fromEntries(snapshot.flags.all().map((flag) => [flag.key, flag.evaluate(context)]));
}

function explain(store: Store, key: string, context?: EvaluationContext): Explanation {
  const { settings, snapshot } = store;
  const flag = store.flag(key);
  const evaluators: unknown = JSON.parse(snapshot.shared.evaluators || '{}');
  const { context: base, bucketing } = settings;
  return explainFlag(
    {
      key,
      definition: flag.definition,
      evaluators: isRecord(evaluators) ? evaluators : {},
      base,
      bucketing,
      evaluation: flag.evaluate(context),
      findFlag: (other) => snapshot.flags.get(other),
    },
    context,
  );
}

function servedFlags(store: Store, evaluate: Evaluate): ServedFlags {
  return {
    evaluate: (key, context) => evaluate(store.flag(key), context),
    evaluateAll: (context) => evaluateAll(store, context),
    onChange: (listener) => store.on(listener),
    closed: store.closed,
    version: () => store.version,
    loadedAt: () => store.loadedAt,
  };
}

function createEvaluator({ hooks, logger }: Settings): Evaluator {
  if (hooks.length === 0) return { evaluate: evaluateOnce, value: valueOnce, isDirect: true };
  const onFailure = (error: unknown): void => logger.error({ err: error }, 'A hook of the flags failed');
  const evaluate: Evaluate = (flag, given, fallback) =>
    withHooks(hooks, flag.key, given, (context) => evaluateOnce(flag, context, fallback), onFailure);
  return { evaluate, value: (flag, context, fallback) => evaluate(flag, context, fallback).value, isDirect: false };
}

function evaluateOnce(flag: CompiledFlag, context?: EvaluationContext, fallback?: FlagValue): Evaluation {
  return settle(flag, flag.evaluate(context), context, fallback);
}

/** As `evaluateOnce`, without what is only needed where the fallback counts or somebody listens. */
function valueOnce(flag: CompiledFlag, context?: EvaluationContext, fallback?: FlagValue): FlagValue | undefined {
  const { fixed } = flag;
  if (fixed !== undefined && (fallback === undefined || typeof fallback === flag.type) && !isEvaluationHeard()) {
    return fixed;
  }
  const evaluation = flag.evaluate(context);
  const { value } = evaluation;
  if ((fallback === undefined || typeof value === typeof fallback) && !isEvaluationHeard()) return value;
  return settle(flag, evaluation, context, fallback).value;
}

function settle(
  { key }: CompiledFlag,
  found: Evaluation,
  context: EvaluationContext | undefined,
  fallback: FlagValue | undefined,
): Evaluation {
  const evaluation = withFallback(found, key, fallback);
  tellEvaluated(key, evaluation, context);
  return evaluation;
}

/** A flag without a usable definition cannot be listed; `status().problems` names it. */
function listingOf({ key, definition }: CompiledFlag): FlagListing | undefined {
  if (!definition) return undefined;
  const { state, defaultVariant = null, variants } = definition;
  return { key, state, defaultVariant, variants: deepFreeze(variants) };
}

function statusOf({ settings, version, sourceVersion, loadedAt, snapshot, lastError }: Store): FlagsStatus {
  return {
    source: settings.source.name,
    version,
    ...(sourceVersion !== undefined && { sourceVersion }),
    loadedAt: loadedAt.toISOString(),
    problems: snapshot.problems,
    ...(lastError && { lastError: { code: lastError.code, message: lastError.message } }),
  };
}
