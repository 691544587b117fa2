// For tests of programs that measure: reads what was recorded, without a page and without a collector.
import { TelemetryErrors } from './errors.ts';
import { seam } from './seam.ts';

/** One series of a metric. */
export interface RecordedSeries {
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  /** Of a histogram the sum. */
  readonly value: number;
  /** Of a histogram: how many measurements. */
  readonly count: number;
}

export interface MetricReader extends Disposable {
  /** All series of a metric, also the overflow series, which has the attribute `otel.metric.overflow`. */
  read(metric: string): readonly RecordedSeries[];
  /** Starts from nothing again. */
  reset(): void;
  /** Stops recording and forgets. Closing twice is safe. */
  close(): void;
}

/** Makes `defineMetrics` record from now on, for as long as it is open. */
export function readMetrics(): MetricReader {
  const shared = seam();
  shared.running += 1;
  let isOpen = true;
  const reset = (): void => {
    for (const { cells } of shared.families) cells.clear();
    shared.generation += 1;
  };
  const close = (): void => {
    if (!isOpen) return;
    isOpen = false;
    shared.running -= 1;
    if (shared.running === 0) reset();
  };
  return { read: (metric) => readSeries(metric), reset, close, [Symbol.dispose]: close };
}

function readSeries(metric: string): readonly RecordedSeries[] {
  return [...seam().families]
    .filter(({ name }) => name === metric)
    .flatMap(({ cells, attributes: names }) => {
      const series = cells.list.map(({ values, value, count }) => {
        const given = names
          .map((name, index) => [name, values[index]] as const)
          .filter(([, each]) => each !== undefined);
        return { attributes: Object.fromEntries(given) as RecordedSeries['attributes'], value, count };
      });
      const { overflow } = cells;
      if (overflow === undefined) return series;
      const { value, count } = overflow;
      return [...series, { attributes: { 'otel.metric.overflow': true }, value, count }];
    });
}

export interface MetricExpectation {
  /** Only series that have these attributes, and maybe more. @default all */
  with(attributes: RecordedSeries['attributes']): MetricExpectation;
  /** @throws TelemetryErrors.UNEXPECTED_METRIC when the values of the series do not add up to this */
  toBe(value: number): void;
  /** @throws TelemetryErrors.UNEXPECTED_METRIC when the histogram has another number of measurements */
  toHaveCount(count: number): void;
  /** @throws TelemetryErrors.UNEXPECTED_METRIC when a series was recorded */
  toBeAbsent(): void;
}

/** `expectMetric('shop.orders').with({ channel: 'web' }).toBe(3)`; works in any test framework. */
export function expectMetric(metric: string, attributes: RecordedSeries['attributes'] = {}): MetricExpectation {
  const series = (): readonly RecordedSeries[] =>
    readSeries(metric).filter((each) =>
      Object.entries(attributes).every(([name, value]) => each.attributes[name] === value),
    );
  const check = (holds: boolean, expected: string): void => {
    if (holds) return;
    const received = JSON.stringify(readSeries(metric));
    const at = Object.keys(attributes).length === 0 ? '' : `with ${JSON.stringify(attributes)} `;
    throw new TelemetryErrors.UNEXPECTED_METRIC({ metric, expected: at + expected, received });
  };
  const sum = (of: 'value' | 'count'): number => series().reduce((total, each) => total + each[of], 0);
  return {
    with: (more) => expectMetric(metric, { ...attributes, ...more }),
    toBe: (value) => check(series().length > 0 && sum('value') === value, `to be ${value}`),
    toHaveCount: (count) => check(sum('count') === count, `to have ${count} measurements`),
    toBeAbsent: () => check(series().length === 0, 'to be absent'),
  };
}
