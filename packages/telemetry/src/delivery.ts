// What became of what was to be exported, by signal. Every way to lose something ends in a count here.
import type { Family } from './seam.ts';
import { createFamily } from './define.ts';

export type Signal = 'metrics' | 'traces';
export type Loss = 'queue-full' | 'export-failed' | 'refused';

/** What happened to one signal since the start. Items are spans and data points. */
export interface Delivered {
  readonly exported: number;
  /** By reason: the queue was full, the collector could not be reached or answered with an error, or refused a part. */
  readonly dropped: Readonly<Record<Loss, number>>;
  /** Exports of metrics that came due while the one before was on its way; the next one had what they would have had. */
  readonly putOff: number;
  readonly lastError: string | undefined;
  /** Milliseconds since 1970. */
  readonly lastSuccessAt: number | undefined;
}

export interface Delivery {
  exported(signal: Signal, items: number): void;
  dropped(signal: Signal, loss: Loss, items: number, reason: string): void;
  putOff(signal: Signal): void;
  read(): Readonly<Record<Signal, Delivered>>;
  readonly families: readonly Family[];
}

type Mutable = { -readonly [Key in keyof Delivered]: Delivered[Key] } & { dropped: Record<Loss, number> };

const fresh = (): Mutable => ({
  exported: 0,
  dropped: { 'queue-full': 0, 'export-failed': 0, refused: 0 },
  putOff: 0,
  lastError: undefined,
  lastSuccessAt: undefined,
});

/** Counts for `diagnose()` and as metrics of our own; tells `onError` of the first loss after each success. */
export function createDelivery(onLoss: (signal: Signal, loss: Loss, reason: string) => void): Delivery {
  const signals: Record<Signal, Mutable> = { metrics: fresh(), traces: fresh() };
  const failing: Record<Signal, boolean> = { metrics: false, traces: false };
  const exportedFamily = createFamily('seaworthy.telemetry.exported', {
    type: 'counter',
    unit: '{item}',
    description: 'Spans and data points that a collector took.',
    attributes: { signal: ['metrics', 'traces'] },
  });
  const droppedFamily = createFamily('seaworthy.telemetry.dropped', {
    type: 'counter',
    unit: '{item}',
    description: 'Spans and data points that were not exported, by reason.',
    attributes: { signal: ['metrics', 'traces'], reason: ['queue-full', 'export-failed', 'refused'] },
  });
  return {
    exported: (signal, items) => {
      const state = signals[signal];
      failing[signal] = false;
      state.exported += items;
      state.lastSuccessAt = Date.now();
      exportedFamily.cells.find({ signal }, 10).value += items;
    },
    dropped: (signal, loss, items, reason) => {
      const state = signals[signal];
      state.dropped[loss] += items;
      state.lastError = reason;
      droppedFamily.cells.find({ signal, reason: loss }, 10).value += items;
      if (failing[signal]) return;
      failing[signal] = true;
      onLoss(signal, loss, reason);
    },
    putOff: (signal) => {
      signals[signal].putOff += 1;
    },
    read: () => structuredClone(signals),
    families: [exportedFamily, droppedFamily],
  };
}
