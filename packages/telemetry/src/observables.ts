// Instruments that are asked for their values. Past its limit the SDK keeps of them whatever was observed last, in place of the
// sum: they are bounded before it sees them.
// (1) A metric shows the SDK at most `limit` sets of attributes, ever, one of them the sum of the others.
import type {
  Attributes,
  BatchObservableCallback,
  Meter,
  MeterProvider,
  MetricOptions,
  Observable,
  ObservableCallback,
} from '@opentelemetry/api';
import { admits, attributesKey, overflowAttributes } from './native-series.ts';

export interface ObservablesOptions {
  readonly limit: number;
  /** Takes the names of the metrics that have reached the limit. */
  readonly overflowing: Set<string>;
}

interface Stream {
  readonly name: string;
  readonly isGauge: boolean;
  readonly known: Set<string>;
  /** By callback: what of it did not fit. */
  readonly rests: Map<object, number>;
}

type Observe = (value: number, attributes: Attributes) => void;

const methods = {
  createObservableCounter: false,
  createObservableUpDownCounter: false,
  createObservableGauge: true,
} as const;

/** The same provider, whose meters bound what callbacks observe. */
export function boundObservables(provider: MeterProvider, options: ObservablesOptions): MeterProvider {
  const meters = new WeakMap<Meter, Meter>();
  return derive(provider, {
    getMeter(...named) {
      const meter = provider.getMeter(...named);
      const bounded = meters.get(meter) ?? boundMeter(meter, options);
      meters.set(meter, bounded);
      return bounded;
    },
  });
}

function boundMeter(meter: Meter, options: ObservablesOptions): Meter {
  const streams = new Map<string, Stream>();
  const streamsOf = new WeakMap<Observable, Stream>();
  const bounded = new WeakMap<BatchObservableCallback, BatchObservableCallback>();
  const create = (method: keyof typeof methods, name: string, more?: MetricOptions): Observable => {
    // Two instruments of one name and kind are one metric.
    const key = JSON.stringify([method, name, more?.unit]);
    const stream = streams.get(key) ?? { name, isGauge: methods[method], known: new Set(), rests: new Map() };
    streams.set(key, stream);
    const observable = boundObservable(meter[method](name, more), stream, options);
    streamsOf.set(observable, stream);
    return observable;
  };
  const boundBatch =
    (callback: BatchObservableCallback): BatchObservableCallback =>
    async (result) => {
      const parts = new Map<Observable, Part>();
      await callback({
        observe(metric, value, attributes) {
          const stream = streamsOf.get(metric);
          if (stream === undefined) return result.observe(metric, value, attributes);
          const observe: Observe = (...observed) => result.observe(metric, ...observed);
          const part = parts.get(metric) ?? createPart(stream, callback, observe, options);
          parts.set(metric, part);
          return part.observe(value, attributes);
        },
      });
      for (const part of parts.values()) part.end();
    };
  return derive(meter, {
    createObservableCounter: (...named) => create('createObservableCounter', ...named),
    createObservableUpDownCounter: (...named) => create('createObservableUpDownCounter', ...named),
    createObservableGauge: (...named) => create('createObservableGauge', ...named),
    addBatchObservableCallback(callback, observables) {
      const within = bounded.get(callback) ?? boundBatch(callback);
      bounded.set(callback, within);
      meter.addBatchObservableCallback(within, observables);
    },
    removeBatchObservableCallback(callback, observables) {
      for (const { rests } of streams.values()) rests.delete(callback);
      meter.removeBatchObservableCallback(bounded.get(callback) ?? callback, observables);
    },
  });
}

function boundObservable(observable: Observable, stream: Stream, options: ObservablesOptions): Observable {
  const bounded = new WeakMap<ObservableCallback, ObservableCallback>();
  return derive(observable, {
    addCallback(callback) {
      const within: ObservableCallback =
        bounded.get(callback) ??
        (async (result) => {
          const part = createPart(stream, callback, (...observed) => result.observe(...observed), options);
          await callback(part);
          part.end();
        });
      bounded.set(callback, within);
      observable.addCallback(within);
    },
    removeCallback(callback) {
      stream.rests.delete(callback);
      observable.removeCallback(bounded.get(callback) ?? callback);
    },
  });
}

/** What one callback observes of one metric. */
interface Part {
  readonly observe: (value: number, attributes?: Attributes) => void;
  readonly end: () => void;
}

function createPart(stream: Stream, callback: object, observe: Observe, options: ObservablesOptions): Part {
  const { name, isGauge, known, rests } = stream;
  // By attributes: what is observed twice counts as it was the last time.
  const others = new Map<string, number>();
  return {
    observe: (value, attributes = {}) => {
      const key = attributesKey(attributes);
      // What is no number is left to the SDK, which tells.
      if (typeof value !== 'number' || admits(known, key, options.limit)) observe(value, attributes);
      else others.set(key, value);
    },
    end: () => {
      if (others.size === 0) return;
      options.overflowing.add(name);
      const values = [...others.values()];
      rests.set(callback, isGauge ? (values.at(-1) as number) : sum(values));
      observe(isGauge ? (values.at(-1) as number) : sum([...rests.values()]), overflowAttributes);
    },
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** An object that is as another one, also to `instanceof`, but for these methods. */
function derive<Whole extends object>(whole: Whole, methods: Partial<Whole>): Whole {
  return Object.assign(Object.create(whole) as Whole, methods);
}
