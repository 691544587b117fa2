import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { memory, type MemorySink } from '@seaworthy/logger';
import { startServer, type Server } from '../../../../apps/server/src/compose.ts';
import { loadSettings } from '../../../../apps/server/src/settings.ts';
import { startCollector, type Collector } from '../../../../packages/telemetry/test/support/json-collector.ts';
import { plainEnvironment } from '../../../process/program.ts';
import { run } from '../../../process/run.ts';
import { root } from '../../../repository/root.ts';

const report = join(root, 'apps/cli/examples/faulty-service/expected.json');
const token = 'the-token-of-this-test';

interface Stage {
  readonly server: Server;
  readonly log: MemorySink;
  /** One for each program. */
  readonly collectors: { readonly cli: Collector; readonly server: Collector };
  readonly push: (token: string) => Promise<{ code: number | null; stdout: string; stderr: string }>;
}

async function onStage(play: (stage: Stage) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'seaworthy-trace-'));
  await using cli = await startCollector();
  await using served = await startCollector();
  const variables = {
    PORT: '0',
    SEAWORTHY_DATA_DIR: folder,
    SEAWORTHY_LOG_LEVEL: 'debug',
    SEAWORTHY_MANAGEMENT_PORT: '0',
    SEAWORTHY_PUSH_TOKEN: token,
    SEAWORTHY_SHUTDOWN_IDLE: 'prompt',
    SEAWORTHY_TELEMETRY_ENDPOINT: served.endpoint,
    SEAWORTHY_TELEMETRY_PROTOCOL: 'http/json',
  };
  const log = memory();
  const config = await loadSettings({ variables, args: [], cwd: folder });
  const server = await startServer(config, { sinks: [log], signals: [], exit: () => undefined });
  const main = join(root, 'apps/cli/src/main.ts');
  const push: Stage['push'] = (given) =>
    run(
      process.execPath,
      ['--conditions=@seaworthy/source', main, 'report', 'push', report, '--url', server.url, '--token', given],
      {
        cwd: root,
        env: {
          ...plainEnvironment(),
          SEAWORTHY_TELEMETRY_ENDPOINT: cli.endpoint,
          SEAWORTHY_TELEMETRY_PROTOCOL: 'http/json',
        },
        timeoutMs: 60_000,
      },
    );
  try {
    await play({ server, log, collectors: { cli, server: served }, push });
  } finally {
    await server.life.stop('test');
    await server.ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

const recordOf = ({ records }: MemorySink, message: string) => records.find((record) => record.message === message);

test("one trace runs from the command line's push through the server's request log, span, and exemplar", async () => {
  await onStage(async ({ server, log, collectors, push }) => {
    expect(await push(token)).toMatchObject({ code: 0, stderr: '' });
    const rootSpan = collectors.cli.spans.find(({ name }) => name === 'seaworthy report push');
    const traceId = rootSpan?.traceId ?? 'no root span was exported';
    expect(rootSpan?.parentSpanId ?? '').toBe('');
    expect(recordOf(log, 'request answered')).toMatchObject({ status: 201, trace_id: traceId });
    const page = await fetch(new URL('/metrics', server.managementUrl), {
      headers: { accept: 'application/openmetrics-text; version=1.0.0' },
    });
    expect(await page.text()).toMatch(
      new RegExp(
        `http_server_request_duration_seconds_bucket\\{[^}]*"/api/v1/reports"[^}]*\\} 1 # \\{trace_id="${traceId}"`,
      ),
    );
    await server.life.stop('test');
    await server.ended;
    const span = collectors.server.spans.find(({ name }) => name === 'POST /api/v1/reports');
    const sent = collectors.cli.spans.find(({ name }) => name === 'POST');
    expect([span?.traceId, span?.parentSpanId]).toEqual([traceId, sent?.spanId]);
    expect(collectors.server.spans.filter(({ name }) => name === 'call store-writes')).toContainEqual(
      expect.objectContaining({ traceId }),
    );
  });
});

test('the record of an error carries the trace of the push that was refused', async () => {
  await onStage(async ({ server, log, collectors, push }) => {
    const refused = await push('another-token-of-this-test');
    expect(refused.code).not.toBe(0);
    const traceId = collectors.cli.spans.find(({ name }) => name === 'seaworthy report push')?.traceId;
    expect(traceId).toMatch(/^[\da-f]{32}$/);
    const told = { code: 'seaworthy.server.UNAUTHORIZED', trace_id: traceId };
    expect(recordOf(log, 'request refused')).toMatchObject(told);
    expect(recordOf(log, 'request answered')).toMatchObject({ status: 401, trace_id: traceId });
    const page = await (await fetch(new URL('/metrics', server.managementUrl))).text();
    expect(page).toContain('seaworthy_errors_total{error_type="seaworthy.server.UNAUTHORIZED",severity="error"} 1\n');
  });
});

test('a run of the command line loses none of its metrics and spans at its end, and the server none at its stop', async () => {
  await onStage(async ({ server, collectors, push }) => {
    await push(token);
    const names = collectors.cli.spans.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['seaworthy report push', 'POST', 'call push', 'stop resilience']));
    for (const name of [
      'seaworthy.cli.run.duration',
      'http.client.request.duration',
      'seaworthy.resilience.call.duration',
    ]) {
      expect([name, collectors.cli.metrics.has(name)]).toEqual([name, true]);
    }
    await server.life.stop('test');
    await server.ended;
    expect(collectors.server.spans.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['stop http', 'stop database']),
    );
    for (const name of ['http.server.request.duration', 'seaworthy.server.reports', 'process.memory.usage']) {
      expect([name, collectors.server.metrics.has(name)]).toEqual([name, true]);
    }
  });
});

test('a collector that is not there changes neither the answer of a push nor how long it may take', async () => {
  await onStage(async ({ collectors, push }) => {
    await collectors.cli[Symbol.asyncDispose]();
    const startedAt = performance.now();
    expect(await push(token)).toMatchObject({ code: 0, stderr: '' });
    expect(performance.now() - startedAt).toBeLessThan(60_000);
  });
});
