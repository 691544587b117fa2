import { createFamily } from './define.ts';
import type { TelemetryOptions } from './options.ts';
import type { Family } from './seam.ts';

/** What telemetry says of itself and of the service. */
export interface Own {
  /** On a page only: elsewhere the resource says it. */
  readonly target: Family;
  readonly families: readonly Family[];
  /** An exception while an event was measured. */
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
    description: 'Exceptions while a published event was measured.',
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
    for (const { name, cells } of families) {
      if (cells.rejected > 0) rejected.cells.find({ metric: name }, Infinity).value = cells.rejected;
      if (cells.misfits > 0) misfits.cells.find({ metric: name }, Infinity).value = cells.misfits;
    }
  };
  const failed = (): void => {
    errors.cells.find(undefined, 1).value += 1;
  };
  return { target, families: [errors, rejected, misfits], failed, read };
}
