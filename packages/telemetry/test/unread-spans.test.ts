// Without a collector nobody reads spans, but their ids are on records and requests as ever.
import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { afterEach, expect, test } from 'vitest';
import { activeTrace, startTelemetry, type Telemetry } from '../src/node.ts';

let telemetry: Telemetry | undefined;

afterEach(() => telemetry?.close());

async function start(traces: { readonly ratio?: number; readonly followParent?: boolean } = {}) {
  telemetry = await startTelemetry({ service: 'unread', runtime: false, exportAtExit: false, traces });
  return telemetry.tracerProvider.getTracer('test');
}

const traceId = '0af7651916cd43dd8448eb211c80319c';
const remote = (flags: string) =>
  propagation.extract(ROOT_CONTEXT, { traceparent: `00-${traceId}-b7ad6b7169203331-${flags}`, tracestate: 'shop=1' });

test('a span has ids of its own, is sampled and records nothing', async () => {
  const tracer = await start();
  const [one, other] = [tracer.startSpan('one'), tracer.startSpan('other')];
  expect(one.spanContext()).toMatchObject({
    traceId: expect.stringMatching(/^[\da-f]{32}$/),
    spanId: expect.stringMatching(/^[\da-f]{16}$/),
    traceFlags: 1,
  });
  expect(other.spanContext().traceId).not.toBe(one.spanContext().traceId);
  expect(one.isRecording()).toBe(false);
});

test('a span within another one is of its trace, and records see it', async () => {
  const tracer = await start();
  tracer.startActiveSpan('outer', (outer) => {
    tracer.startActiveSpan('inner', {}, context.active(), (inner) => {
      const { traceId: id } = outer.spanContext();
      expect(activeTrace()).toEqual({ traceId: id, spanId: inner.spanContext().spanId, traceFlags: 1 });
      expect(inner.spanContext().spanId).not.toBe(outer.spanContext().spanId);
      expect(tracer.startSpan('apart', { root: true }).spanContext().traceId).not.toBe(id);
    });
  });
});

test("a caller's trace goes on as the caller has decided, with its state", async () => {
  const tracer = await start({ ratio: 0 });
  const sampled = tracer.startSpan('a', {}, remote('01')).spanContext();
  expect([sampled.traceId, sampled.traceFlags, sampled.traceState?.get('shop')]).toEqual([traceId, 1, '1']);
  expect(tracer.startSpan('b', {}, remote('00')).spanContext()).toMatchObject({ traceId, traceFlags: 0 });
  const carrier: Record<string, string> = {};
  propagation.inject(trace.setSpan(ROOT_CONTEXT, tracer.startSpan('c', {}, remote('01'))), carrier);
  expect(carrier['traceparent']).toMatch(new RegExp(`^00-${traceId}-[\\da-f]{16}-01$`));
});

test('a share of the traces that begin here is sampled', async () => {
  const tracer = await start({ ratio: 0.5 });
  const flags = Array.from({ length: 400 }, () => tracer.startSpan('a').spanContext().traceFlags);
  const sampled = flags.filter((flag) => flag === 1).length;
  expect([sampled > 100, sampled < 300]).toEqual([true, true]);
});
