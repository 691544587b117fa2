// One recording function for each type, written out: shared code that is given functions costs a third more a call.
// What is not a number fails the comparisons as NaN does, changes nothing and is counted as rejected.
import type { Cell, Given } from './cells.ts';
import type { Family, Seam } from './seam.ts';

export function createInstrument(family: Family, shared: Seam): object {
  if (family.type === 'histogram') return Object.freeze(histogram(family, shared));
  if (family.type === 'gauge') return Object.freeze(gauge(family, shared));
  return Object.freeze(family.type === 'counter' ? counter(family, shared) : upDownCounter(family, shared));
}

function counter({ cells }: Family, shared: Seam): object {
  const { find } = cells;
  const add = (value = 1, attributes?: Given): void => {
    if (shared.running === 0) return;
    if (typeof value === 'number' && value >= 0 && value < Infinity) {
      const cell = find(attributes, shared.limit);
      cell.value += value;
      if (shared.sampledSpan !== undefined) keepExemplar(cell, 0, value, shared);
    } else cells.rejected += 1;
  };
  const bind = (attributes: Given): object => {
    const series = bound(attributes, find, shared);
    return {
      add: (value = 1): void => {
        if (shared.running === 0) return;
        const cell = series.generation === shared.generation ? series.cell : series.find();
        if (typeof value === 'number' && value >= 0 && value < Infinity) {
          cell.value += value;
          if (shared.sampledSpan !== undefined) keepExemplar(cell, 0, value, shared);
        } else cells.rejected += 1;
      },
    };
  };
  return { add, bind };
}

function upDownCounter({ cells }: Family, shared: Seam): object {
  const { find } = cells;
  const add = (value = 1, attributes?: Given): void => {
    if (shared.running === 0) return;
    if (Number.isFinite(value)) find(attributes, shared.limit).value += value;
    else cells.rejected += 1;
  };
  const bind = (attributes: Given): object => {
    const series = bound(attributes, find, shared);
    return {
      add: (value = 1): void => {
        if (shared.running === 0) return;
        const cell = series.generation === shared.generation ? series.cell : series.find();
        if (Number.isFinite(value)) cell.value += value;
        else cells.rejected += 1;
      },
    };
  };
  return { add, bind };
}

function gauge({ cells }: Family, shared: Seam): object {
  const { find } = cells;
  const set = (value: number, attributes?: Given): void => {
    if (shared.running === 0) return;
    if (typeof value === 'number') find(attributes, shared.limit).value = value;
    else cells.rejected += 1;
  };
  const bind = (attributes: Given): object => {
    const series = bound(attributes, find, shared);
    return {
      set: (value: number): void => {
        if (shared.running === 0) return;
        const cell = series.generation === shared.generation ? series.cell : series.find();
        if (typeof value === 'number') cell.value = value;
        else cells.rejected += 1;
      },
    };
  };
  return { set, bind };
}

function histogram({ cells, bounds }: Family, shared: Seam): object {
  const { find } = cells;
  const record = (value: number, attributes?: Given): void => {
    if (shared.running === 0) return;
    if (Number.isFinite(value)) put(find(attributes, shared.limit), value, bounds, shared);
    else cells.rejected += 1;
  };
  const bind = (attributes: Given): object => {
    const series = bound(attributes, find, shared);
    return {
      record: (value: number): void => {
        if (shared.running === 0) return;
        const cell = series.generation === shared.generation ? series.cell : series.find();
        if (Number.isFinite(value)) put(cell, value, bounds, shared);
        else cells.rejected += 1;
      },
    };
  };
  return { record, bind };
}

/** The series of a bound instrument, looked up again when the cells were emptied meanwhile. */
interface BoundSeries {
  generation: number;
  cell: Cell;
  readonly find: () => Cell;
}

function bound(attributes: Given, find: Family['cells']['find'], shared: Seam): BoundSeries {
  const series: { generation: number; cell: Cell | undefined; find: () => Cell } = {
    generation: -1,
    cell: undefined,
    find: () => {
      const cell = find(attributes, shared.limit);
      series.cell = cell;
      series.generation = shared.generation;
      return cell;
    },
  };
  // The cell is read only when the generation says that it is there.
  return series as BoundSeries;
}

function put(cell: Cell, value: number, bounds: readonly number[], shared: Seam): void {
  const buckets = cell.buckets as number[];
  const index = bucketOf(bounds, value);
  buckets[index] = (buckets[index] as number) + 1;
  cell.value += value;
  cell.count += 1;
  if (shared.sampledSpan !== undefined) keepExemplar(cell, index, value, shared);
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
