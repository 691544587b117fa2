import { trace } from '@opentelemetry/api';
import type { SampledSpan, Seam } from './seam.ts';

type Look = () => SampledSpan | undefined;

// Of all telemetries in the process, of one copy of this package or of two.
const key: unique symbol = Symbol.for('seaworthy.telemetry.exemplars.1');

/** Makes measurements look for the span around them, for as long as one telemetry wants it; the answer undoes it. */
export function sampleSpans(shared: Seam): () => void {
  const holder = globalThis as { [key]?: Set<Look> };
  const wanting = (holder[key] ??= new Set());
  const look: Look = () => {
    const span = trace.getActiveSpan()?.spanContext();
    return span !== undefined && (span.traceFlags & 1) === 1 ? span : undefined;
  };
  wanting.add(look);
  shared.sampledSpan ??= look;
  return () => {
    wanting.delete(look);
    if (shared.sampledSpan === look) [shared.sampledSpan] = wanting;
  };
}
