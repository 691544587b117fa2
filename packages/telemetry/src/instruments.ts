// A bound instrument keeps its series for one generation. The last telemetry to close begins another one, so that only a
// bound instrument without a series has to ask whether anything runs. Written out for each type: shared code that is given
// functions costs a third more a call.
import type { Cell, Given } from './cells.ts';
import { createRecord } from './record.ts';
import type { Family, Seam } from './seam.ts';

export function createInstrument(family: Family, shared: Seam): object {
  if (family.type === 'histogram') return Object.freeze(histogram(family, shared));
  if (family.type === 'gauge') return Object.freeze(gauge(family, shared));
  return Object.freeze(family.type === 'counter' ? counter(family, shared) : upDownCounter(family, shared));
}

// What is not a number changes nothing, as NaN does, and is counted as rejected.
const isCount = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value < Infinity;
const isNumber = (value: unknown): boolean => typeof value === 'number';

function counter({ cells }: Family, shared: Seam): object {
  const put = (cell: Cell, value: number): void => {
    cell.value += value;
    if (shared.sampledSpan !== undefined) keepExemplar(cell, 0, value, shared);
  };
  const bind = (attributes: Given): object => {
    let generation = -1;
    let cell: Cell | undefined;
    return {
      add: (value = 1): void => {
        if (generation !== shared.generation) {
          if (shared.running === 0) return;
          cell = cells.find(attributes, shared.limit);
          generation = shared.generation;
        }
        if (typeof value === 'number' && value >= 0 && value < Infinity) {
          (cell as Cell).value += value;
          if (shared.sampledSpan !== undefined) keepExemplar(cell as Cell, 0, value, shared);
        } else cells.rejected += 1;
      },
    };
  };
  return { add: createRecord({ seam: shared, cells, unless: 1, accepts: isCount, put }), bind };
}

function upDownCounter({ cells }: Family, shared: Seam): object {
  const put = (cell: Cell, value: number): void => {
    cell.value += value;
  };
  const bind = (attributes: Given): object => {
    let generation = -1;
    let cell: Cell | undefined;
    return {
      add: (value = 1): void => {
        if (generation !== shared.generation) {
          if (shared.running === 0) return;
          cell = cells.find(attributes, shared.limit);
          generation = shared.generation;
        }
        if (Number.isFinite(value)) (cell as Cell).value += value;
        else cells.rejected += 1;
      },
    };
  };
  return { add: createRecord({ seam: shared, cells, unless: 1, accepts: Number.isFinite, put }), bind };
}

function gauge({ cells }: Family, shared: Seam): object {
  const put = (cell: Cell, value: number): void => {
    cell.value = value;
  };
  const bind = (attributes: Given): object => {
    let generation = -1;
    let cell: Cell | undefined;
    return {
      set: (value: number): void => {
        if (generation !== shared.generation) {
          if (shared.running === 0) return;
          cell = cells.find(attributes, shared.limit);
          generation = shared.generation;
        }
        if (typeof value === 'number') (cell as Cell).value = value;
        else cells.rejected += 1;
      },
    };
  };
  return { set: createRecord({ seam: shared, cells, unless: undefined, accepts: isNumber, put }), bind };
}

function histogram({ cells, bounds }: Family, shared: Seam): object {
  const put = (cell: Cell, value: number): void => {
    const buckets = cell.buckets as number[];
    const index = bucketOf(bounds, value);
    buckets[index] = (buckets[index] as number) + 1;
    cell.value += value;
    cell.count += 1;
    if (shared.sampledSpan !== undefined) keepExemplar(cell, index, value, shared);
  };
  const bind = (attributes: Given): object => {
    let generation = -1;
    let cell: Cell | undefined;
    return {
      record: (value: number): void => {
        if (generation !== shared.generation) {
          if (shared.running === 0) return;
          cell = cells.find(attributes, shared.limit);
          generation = shared.generation;
        }
        if (Number.isFinite(value)) put(cell as Cell, value);
        else cells.rejected += 1;
      },
    };
  };
  return { record: createRecord({ seam: shared, cells, unless: undefined, accepts: Number.isFinite, put }), bind };
}

/** The first bound that is not below the value, by bisection; past the last one it is the open bucket. */
function bucketOf(bounds: readonly number[], value: number): number {
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((bounds[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function keepExemplar(cell: Cell, index: number, value: number, { sampledSpan, round }: Seam): void {
  const slots = (cell.exemplars ??= []);
  if (slots[index]?.round === round) return;
  const span = sampledSpan?.();
  if (span === undefined) return;
  slots[index] = { value, traceId: span.traceId, spanId: span.spanId, at: Date.now(), round };
}
