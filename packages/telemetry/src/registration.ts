// The API of OpenTelemetry is one object on `globalThis`, of the version that came first. Another version cannot register
// there and is told so nowhere: this file finds out.
import { context, metrics, propagation, trace } from '@opentelemetry/api';
import type { Sdk } from './sdk.ts';

export type Global = 'metrics' | 'trace' | 'context' | 'propagation';

export interface Registration {
  /** What of ours the API hands out now. */
  readonly registered: readonly Global[];
  /** What was wanted and refused, with the reason. */
  readonly refused: Readonly<Partial<Record<Global, string>>>;
  /** Takes back what was registered. */
  readonly undo: () => void;
}

/** The API objects in this process, each with the version that made it. */
export function apiVersions(): readonly string[] {
  return Object.getOwnPropertySymbols(globalThis)
    .filter((symbol) => /^opentelemetry\.js\.api\.\d+$/.test(symbol.description ?? ''))
    .map((symbol) => (Reflect.get(globalThis, symbol) as { version?: string } | undefined)?.version)
    .filter((version) => version !== undefined);
}

export function register(sdk: Sdk): Registration {
  const { meterProvider, tracerProvider, contextManager, propagator } = sdk;
  const wanted: Readonly<Record<Global, (() => boolean) | undefined>> = {
    metrics: meterProvider && (() => metrics.setGlobalMeterProvider(meterProvider)),
    trace: tracerProvider && (() => trace.setGlobalTracerProvider(tracerProvider)),
    context: contextManager && (() => context.setGlobalContextManager(contextManager)),
    propagation: propagator && (() => propagation.setGlobalPropagator(propagator)),
  };
  const apis = { metrics, trace, context, propagation };
  const registered: Global[] = [];
  const refused: Partial<Record<Global, string>> = {};
  for (const [name, set] of Object.entries(wanted) as [Global, (() => boolean) | undefined][]) {
    if (set === undefined) continue;
    const taken = isTaken(name);
    if (set()) registered.push(name);
    else
      refused[name] = taken
        ? 'another one was registered before'
        : `the API in this process is ${apiVersions().join(', ')}`;
  }
  const undo = (): void => {
    for (const name of registered.splice(0)) apis[name].disable();
  };
  return { registered, refused, undo };
}

function isTaken(name: Global): boolean {
  const api = Reflect.get(globalThis, Symbol.for('opentelemetry.js.api.1')) as
    Readonly<Record<string, unknown>> | undefined;
  return api?.[name] !== undefined;
}
