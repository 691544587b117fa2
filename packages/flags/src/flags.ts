import type { FlagValue } from './document.ts';
import type { CompiledFlag } from './compile/flag.ts';
import { withFallback, type Evaluation, type EvaluationContext } from './evaluation.ts';
import { tellEvaluated, type FlagsChanged } from './events.ts';
import type { FlagDifference } from './diff.ts';
import type { FlagVersion } from './history.ts';
import { withHooks } from './hooks.ts';
import { deepFreeze } from './json.ts';
import { ofrepHandler, type OfrepHandler, type OfrepOptions, type ServedFlags } from './ofrep/handler.ts';
import { openfeatureProvider, type OpenFeatureProvider } from './openfeature.ts';
import { checkOptions, type FlagsOptions, type Settings } from './options.ts';
import { Store, type Cell } from './store.ts';
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

interface UntypedHandle {
  readonly key: string;
  value(context?: EvaluationContext, fallback?: FlagValue): FlagValue | undefined;
  evaluate(context?: EvaluationContext, fallback?: FlagValue): Evaluation;
}

/** What a handle and the flags really do; the schema adds the types. */
type UntypedFlags = Omit<Flags, 'value' | 'evaluate' | 'handle'> & {
  value(key: string, context?: EvaluationContext, fallback?: FlagValue): FlagValue | undefined;
  evaluate(key: string, context?: EvaluationContext, fallback?: FlagValue): Evaluation;
  handle(key: string): UntypedHandle;
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
  /** All flags, by key; it tells no evaluation events. */
  evaluateAll(context?: EvaluationContext): Readonly<Record<string, Evaluation>>;
  list(): readonly FlagListing[];
  status(): FlagsStatus;
  /** Listens to changes; a listener that throws reaches nobody else. Calling the answer ends it. */
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
 * @throws INVALID_OPTION, SOURCE_FAILED, NOT_JSON, INVALID_DOCUMENT
 */
export async function createFlags<const Schema extends FlagSchema = FlagSchema>(
  options: FlagsOptions<Schema>,
): Promise<Flags<Schema>> {
  const store = new Store(checkOptions(options));
  try {
    await store.start();
  } catch (error) {
    await store.close();
    throw error;
  }
  return typed<Flags<Schema>>(untypedFlags(store));
}

function untypedFlags(store: Store): UntypedFlags {
  const evaluate = evaluator(store.settings);
  return {
    value: (key, context, fallback) => evaluate(store.flag(key), context, fallback).value,
    evaluate: (key, context, fallback) => evaluate(store.flag(key), context, fallback),
    handle: (key) => untypedHandle(key, store.cell(key), evaluate),
    evaluateAll: (context) => evaluateAll(store, context),
    list: () => Array.from(store.snapshot.flags.values(), listingOf).filter((listing) => listing !== undefined),
    status: () => statusOf(store),
    history: () => store.history(),
    diff: (version) => store.differences(version),
    rollback: (version, { by } = {}) => store.rollback(version, by),
    on: (_event, listener) => store.on(listener),
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

function untypedHandle(key: string, cell: Cell, evaluate: Evaluate): UntypedHandle {
  return {
    key,
    value: (context, fallback) => evaluate(cell.flag, context, fallback).value,
    evaluate: (context, fallback) => evaluate(cell.flag, context, fallback),
  };
}

function evaluateAll({ snapshot }: Store, context?: EvaluationContext): Readonly<Record<string, Evaluation>> {
  return Object.fromEntries(Array.from(snapshot.flags, ([key, flag]) => [key, flag.evaluate(context)]));
}

function servedFlags(store: Store, evaluate: Evaluate): ServedFlags {
  return {
    evaluate: (key, context) => evaluate(store.flag(key), context),
    evaluateAll: (context) => evaluateAll(store, context),
    onChange: (listener) => store.on(listener),
    closed: store.closed,
  };
}

type Evaluate = (flag: CompiledFlag, context?: EvaluationContext, fallback?: FlagValue) => Evaluation;

function evaluator({ hooks, logger }: Settings): Evaluate {
  if (hooks.length === 0) return evaluateOnce;
  const onFailure = (error: unknown): void => logger.error({ err: error }, 'A hook of the flags failed');
  return (flag, given, fallback) =>
    withHooks(hooks, flag.key, given, (context) => evaluateOnce(flag, context, fallback), onFailure);
}

function evaluateOnce(flag: CompiledFlag, context?: EvaluationContext, fallback?: FlagValue): Evaluation {
  const evaluation = withFallback(flag.evaluate(context), flag.key, fallback);
  tellEvaluated(flag.key, evaluation, context);
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
