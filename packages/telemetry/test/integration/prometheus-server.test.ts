import { setTimeout as pause } from 'node:timers/promises';
import { prometheus, skipWithout, startPrometheus } from '@seaworthy/test-services';
import { expect, test } from 'vitest';
import { defineMetrics, observe } from '../../src/index.ts';
import { startTelemetry } from '../../src/node.ts';

const { 'checkout.duration': duration } = defineMetrics(
  { name: 'checkout' },
  { 'checkout.duration': { type: 'histogram', unit: 's', description: 'Time.', attributes: { shop: 'string' } } },
);

/** Asks until the answer has something, for at most 20 seconds. */
async function eventually<Answer>(ask: () => Promise<readonly Answer[]>): Promise<readonly Answer[]> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const answers = await ask().catch(() => []);
    if (answers.length > 0 || performance.now() > deadline) return answers;
    await pause(200);
  }
}

test('a real Prometheus scrapes the page, and answers an exemplar query with our trace id', async (context) => {
  const location = skipWithout(context, prometheus);
  await using telemetry = await startTelemetry({ service: 'checkout', prometheus: { port: 0 }, traces: {} });
  let traceId = '';
  await observe('checkout', { metric: duration, attributes: { shop: 'web' } }, (span) => {
    ({ traceId } = span.spanContext());
  });
  await using server = await startPrometheus(location, { target: new URL(telemetry.url ?? '').host });

  expect(await eventually(() => server.query('up == 1'))).toHaveLength(1);
  const found = await eventually(
    () =>
      server.get('query_exemplars', {
        query: 'checkout_duration_seconds_bucket',
        start: String(Date.now() / 1000 - 3600),
        end: String(Date.now() / 1000 + 3600),
      }) as Promise<{ exemplars: { labels: { trace_id: string } }[] }[]>,
  );
  expect(found[0]?.exemplars[0]?.labels.trace_id).toBe(traceId);
  const [count] = await server.query('checkout_duration_seconds_count');
  expect(count).toMatchObject({ metric: { shop: 'web', job: 'service' }, value: 1 });
}, 60_000);

test('the port that is taken is named, and nothing stays open', async () => {
  await using telemetry = await startTelemetry({ service: 'one', runtime: false, prometheus: { port: 0 } });
  const port = Number(new URL(telemetry.url ?? '').port);
  const second = startTelemetry({ service: 'two', runtime: false, prometheus: { port } });
  await expect(second).rejects.toMatchObject({ code: 'seaworthy.telemetry.PORT_UNAVAILABLE' });
  const page = await fetch(telemetry.url ?? '');
  expect(page.status).toBe(200);
  expect((await fetch(new URL('/other', telemetry.url))).status).toBe(404);
});
