import { createFamily } from './define.ts';
import type { TelemetryOptions } from './options.ts';
import type { Family } from './seam.ts';

/** What telemetry says of itself and of the service. */
export interface Own {
  /** On a page only: elsewhere the resource says it. */
  readonly target: Family;
  readonly families: readonly Family[];
  /** An exception while an event was measured, or a native instrument read. */
  readonly failed: () => void;
  /** Brings the counts of what could not be recorded up to date. */
  readonly read: (families: Iterable<Family>) => void;
}

export function createOwn({ service, serviceVersion }: TelemetryOptions): Own {
  const target = createFamily('target.info', {
    type: 'gauge',
    unit: '',
    description: 'The service that this page is of.',
    attributes: { 'service.name': 'string', 'service.version': 'string?' },
  });
  target.cells.find({ 'service.name': service, 'service.version': serviceVersion }, 1).value = 1;
  const errors = createFamily('seaworthy.telemetry.errors', {
    type: 'counter',
    unit: '{error}',
    description: 'Exceptions while a published event was measured, or an instrument of the API was read.',
  });
  errors.cells.find(undefined, 1);
  const rejected = createFamily('seaworthy.telemetry.rejected', {
    type: 'counter',
    unit: '{measurement}',
    description: 'Measurements that were not numbers, or below 0 for a counter, by metric.',
    attributes: { metric: 'string' },
  });
  const misfits = createFamily('seaworthy.telemetry.misfits', {
    type: 'counter',
    unit: '{measurement}',
    description:
      'Measurements whose attributes the definition does not allow, counted in the overflow series, by metric.',
    attributes: { metric: 'string' },
  });
  const read = (families: Iterable<Family>): void => {
    // From nothing each time: two copies of a package define one metric twice, and count each for themselves.
    const sums = { rejected: new Map<string, number>(), misfits: new Map<string, number>() };
    for (const { name, cells } of families) {
      for (const what of ['rejected', 'misfits'] as const) {
        if (cells[what] > 0) sums[what].set(name, (sums[what].get(name) ?? 0) + cells[what]);
      }
    }
    for (const [metric, sum] of sums.rejected) rejected.cells.find({ metric }, Infinity).value = sum;
    for (const [metric, sum] of sums.misfits) misfits.cells.find({ metric }, Infinity).value = sum;
  };
  const failed = (): void => {
    errors.cells.find(undefined, 1).value += 1;
  };
  return { target, families: [errors, rejected, misfits], failed, read };
}
