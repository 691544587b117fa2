import type { FlagValue } from './document.ts';
import type { Evaluation, EvaluationContext } from './evaluation.ts';
import type { FlagsChanged, FlagsRejected } from './events.ts';
import { ProviderEvents } from './provider-events.ts';
import { typed } from './typed.ts';

/** What a provider answers, in OpenFeature's shape. */
export interface Resolution<Value> {
  value: Value;
  variant?: string;
  reason?: string;
  flagMetadata?: Record<string, string | number | boolean>;
  /** One of OpenFeature's codes at run time; its SDK's own enumeration, which this package does not import, to the compiler. */
  errorCode?: never;
  errorMessage?: string;
}

/** A provider for OpenFeature's server SDK: `OpenFeature.setProviderAndWait(flags.openfeature())`. */
export interface OpenFeatureProvider {
  readonly metadata: { readonly name: 'seaworthy' };
  readonly runsOn: 'server';
  /** `PROVIDER_CONFIGURATION_CHANGED` with the keys, `PROVIDER_STALE` when new flags cannot be used or read, `PROVIDER_READY` when that is over. */
  readonly events: ProviderEvents;
  initialize(): Promise<void>;
  /** Stops listening; the flags stay open for whoever made them. */
  onClose(): Promise<void>;
  resolveBooleanEvaluation(key: string, fallback: boolean, context: object): Promise<Resolution<boolean>>;
  resolveStringEvaluation(key: string, fallback: string, context: object): Promise<Resolution<string>>;
  resolveNumberEvaluation(key: string, fallback: number, context: object): Promise<Resolution<number>>;
  resolveObjectEvaluation<Value>(key: string, fallback: Value, context: object): Promise<Resolution<Value>>;
}

/** What the provider needs of flags. */
export interface ProvidedFlags {
  evaluate(key: string, context: EvaluationContext, fallback: FlagValue | undefined): Evaluation;
  onChange(listener: (change: FlagsChanged) => void): () => void;
  onReject(listener: (rejected: FlagsRejected) => void): () => void;
  onRecover(listener: () => void): () => void;
  /** Why newer flags are not in use. */
  problem(): string | undefined;
}

export function openfeatureProvider(flags: ProvidedFlags): OpenFeatureProvider {
  const events = new ProviderEvents();
  let undo: readonly (() => void)[] = [];
  const listen = (): void => {
    undo = [
      flags.onChange(({ added, removed, changed }) => {
        events.emit('PROVIDER_CONFIGURATION_CHANGED', { flagsChanged: [...added, ...removed, ...changed] });
      }),
      flags.onReject(({ message }) => events.emit('PROVIDER_STALE', { message })),
      flags.onRecover(() => events.emit('PROVIDER_READY')),
    ];
  };
  const stop = (): void => {
    for (const off of undo) off();
    undo = [];
  };
  const resolve = async <Value>(key: string, fallback: Value, context: object): Promise<Resolution<Value>> =>
    resolution(flags.evaluate(key, typed<EvaluationContext>(context), typed<FlagValue>(fallback)), fallback);
  return {
    metadata: { name: 'seaworthy' },
    runsOn: 'server',
    events,
    async initialize() {
      stop();
      listen();
      const message = flags.problem();
      // Told after the SDK has called the provider ready: it serves, but not what its source has.
      if (message !== undefined) setImmediate(() => events.emit('PROVIDER_STALE', { message }));
    },
    async onClose() {
      stop();
      events.removeAllHandlers();
    },
    resolveBooleanEvaluation: resolve,
    resolveStringEvaluation: resolve,
    resolveNumberEvaluation: resolve,
    resolveObjectEvaluation: resolve,
  };
}

function resolution<Value>(evaluation: Evaluation, fallback: Value): Resolution<Value> {
  const { value, variant, reason, errorCode, errorMessage, flagMetadata } = evaluation;
  return {
    value: value === undefined ? fallback : typed<Value>(value),
    reason,
    flagMetadata: { ...flagMetadata },
    ...(variant !== undefined && { variant }),
    ...(errorCode && { errorCode: typed<never>(errorCode) }),
    ...(errorMessage !== undefined && { errorMessage }),
  };
}
