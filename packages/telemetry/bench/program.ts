// What is measured in processes of their own: `heap <subject>` and `start <subject>`.
import type { Labels } from './subjects.ts';

const [, , question, subject = ''] = process.argv;
if (question === 'heap') await heap();
else await start();

/** MiB of heap after 10,000 series, less what was there before them. */
async function heap(): Promise<void> {
  const { labelSets, openTelemetry, ours, prometheusIo } = await import('./subjects.ts');
  const { startTelemetry } = await import('@seaworthy/telemetry/node');
  const telemetry = await startTelemetry({ service: 'b', runtime: false, native: false, cardinalityLimit: 20_000 });
  const sets = labelSets(10_000);
  const otel = openTelemetry();
  const io = prometheusIo();
  const add: Readonly<Record<string, (labels: Labels) => void>> = {
    ours: (labels) => ours['bench.requests'].add(1, labels),
    '@opentelemetry/sdk-metrics': (labels) => otel.add(1, labels),
    '@prometheus-io/client': (labels) => io.counter.inc(labels, 1),
  };
  const before = used();
  for (const labels of sets) add[subject]?.(labels);
  const after = used();
  process.send?.((after - before) / 1_048_576);
  await telemetry.close();
  // Held until here, so that they are in both measurements.
  if (sets.length === 0 || otel === undefined || io === undefined) process.exitCode = 1;
}

function used(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

/** Milliseconds from before the import until a span ended and a measurement was recorded. */
async function start(): Promise<void> {
  const startedAt = performance.now();
  const endpoint = 'http://127.0.0.1:9';
  if (subject === 'ours') {
    const { defineMetrics } = await import('@seaworthy/telemetry');
    const { startTelemetry } = await import('@seaworthy/telemetry/node');
    const metrics = defineMetrics({ name: 'b' }, { 'b.c': { type: 'counter', unit: '1', description: 'C.' } });
    const telemetry = await startTelemetry({
      service: 'b',
      prometheus: false,
      runtime: false,
      exportAtExit: false,
      otlp: { endpoint },
    });
    metrics['b.c'].add(1);
    telemetry.tracerProvider.getTracer('b').startSpan('s').end();
  } else {
    const { NodeSDK } = await import('@opentelemetry/sdk-node');
    const { metrics, trace } = await import('@opentelemetry/api');
    process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = endpoint;
    process.env['OTEL_METRICS_EXPORTER'] = 'otlp';
    process.env['OTEL_LOGS_EXPORTER'] = 'none';
    const sdk = new NodeSDK({ serviceName: 'b' });
    sdk.start();
    metrics.getMeter('b').createCounter('b.c').add(1);
    trace.getTracer('b').startSpan('s').end();
  }
  const tookMs = performance.now() - startedAt;
  process.send?.(tookMs);
  process.disconnect?.();
  process.exit();
}
