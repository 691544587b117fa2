import { channel } from 'node:diagnostics_channel';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { packageChannels, startTelemetry, type Telemetry } from '../src/node.ts';
import { samplesOf, sumOf } from './support/samples.ts';

let telemetry: Telemetry;
let failures: unknown[];

beforeEach(async () => {
  failures = [];
  telemetry = await startTelemetry({
    service: 'published',
    runtime: false,
    channels: packageChannels(),
    onError: (error) => failures.push(error),
  });
});

afterEach(async () => {
  await telemetry.close();
});

interface Row {
  readonly channel: string;
  readonly event: object;
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly is?: number;
}

const evaluated = { 'feature_flag.key': 'trend', 'feature_flag.result.reason': 'static' };

const rows: readonly Row[] = [
  {
    channel: 'config:changed',
    event: { version: 3, by: 'rollback to 2', keys: ['a'], restartNeeded: ['a', 'b'] },
    name: 'config_changes_total',
    labels: { by: 'rollback' },
  },
  {
    channel: 'config:changed',
    event: { version: 3, by: 'the console', keys: [], restartNeeded: ['a', 'b'] },
    name: 'config_restart_needed',
    is: 2,
  },
  {
    channel: 'config:rejected',
    event: { version: 3, by: 'watch', error: new Error('no') },
    name: 'config_rejections_total',
    labels: { by: 'watch', error_type: 'unknown' },
  },
  {
    channel: 'config:listener-failed',
    event: { key: 'port', error: new Error('no') },
    name: 'config_listener_failures_total',
    labels: { key: 'port' },
  },
  {
    channel: 'flags:changed',
    event: { source: 'file', cause: 'load', version: 4, added: [], removed: [], changed: [] },
    name: 'flags_version',
    is: 4,
  },
  {
    channel: 'flags:rejected',
    event: { source: 'file', code: 'seaworthy.flags.NOT_JSON', message: 'no' },
    name: 'flags_rejections_total',
    labels: { error_type: 'seaworthy.flags.NOT_JSON' },
  },
  { channel: 'flags:recovered', event: { source: 'file' }, name: 'flags_recoveries_total', labels: { source: 'file' } },
  {
    channel: 'flags:evaluated',
    event: { ...evaluated, 'feature_flag.result.variant': 'on', 'feature_flag.context.id': 'somebody' },
    name: 'flags_evaluations_total',
    labels: { feature_flag_key: 'trend', feature_flag_result_variant: 'on' },
  },
  { channel: 'lifecycle:state-changed', event: { from: 'ready', to: 'draining' }, name: 'lifecycle_state', is: 1 },
  {
    channel: 'lifecycle:resource-started',
    event: { resource: 'db', durationMs: 500, outcome: 'ok' },
    name: 'lifecycle_resource_duration_seconds_sum',
    labels: { phase: 'start', resource: 'db' },
    is: 0.5,
  },
  {
    channel: 'lifecycle:resource-stopped',
    event: { resource: 'db', durationMs: 250, outcome: 'hung' },
    name: 'lifecycle_resource_duration_seconds_sum',
    labels: { phase: 'stop', outcome: 'hung' },
    is: 0.25,
  },
  {
    channel: 'lifecycle:signal-received',
    event: { signal: 'SIGTERM', effect: 'drain' },
    name: 'lifecycle_signals_total',
    labels: { signal: 'SIGTERM' },
  },
  {
    channel: 'lifecycle:check-changed',
    event: { check: 'db', from: 'unknown', to: 'up' },
    name: 'lifecycle_check_up',
    labels: { check: 'db' },
  },
  {
    channel: 'lifecycle:stop-finished',
    event: { reason: 'SIGTERM', exitCode: 0, durationMs: 2_000, outcome: 'ok' },
    name: 'lifecycle_stop_duration_seconds_sum',
    is: 2,
  },
  { channel: 'logger:sink-failed', event: { sink: 'file', reason: 'no' }, name: 'logger_sink_failures_total' },
  {
    channel: 'logger:records-dropped',
    event: { sink: 'file', count: 17 },
    name: 'logger_records_dropped_total',
    labels: { sink: 'file' },
    is: 17,
  },
  {
    channel: 'logger:level-changed',
    event: { pattern: 'http', level: null },
    name: 'logger_level_changes_total',
    labels: { level: 'reset' },
  },
  {
    channel: 'management:request-answered',
    event: { endpoint: 'health', method: 'GET', status: 200, durationMs: 1 },
    name: 'management_request_duration_seconds_count',
    labels: { endpoint: 'health', http_response_status_code: '200' },
  },
  {
    channel: 'management:write-made',
    event: { path: '/loggers/http', remote: '127.0.0.1', status: 200, outcome: 'ok' },
    name: 'management_writes_total',
    labels: { endpoint: 'loggers' },
  },
  {
    channel: 'management:contributor-failed',
    event: { endpoint: 'flags', durationMs: 1, outcome: 'hung' },
    name: 'management_contributor_failures_total',
    labels: { endpoint: 'flags', outcome: 'hung' },
  },
  {
    channel: 'management:dump-taken',
    event: { kind: 'heap', remote: 'x', status: 200, outcome: 'ok', durationMs: 3_000 },
    name: 'management_dump_duration_seconds_sum',
    is: 3,
  },
  {
    channel: 'plugins:plugin-started',
    event: { plugin: 'web', version: '1.0.0', durationMs: 5 },
    name: 'plugins_running',
    labels: { plugin: 'web' },
  },
  {
    channel: 'plugins:plugin-failed',
    event: { plugin: 'web', version: '1.0.0', phase: 'start', code: 'X', message: 'no', durationMs: 5 },
    name: 'plugins_failures_total',
    labels: { phase: 'start', error_type: 'X' },
  },
  {
    channel: 'plugins:plugin-skipped',
    event: { plugin: 'web', version: '1.0.0', reason: 'off' },
    name: 'plugins_skipped_total',
  },
  {
    channel: 'plugins:plugin-stopped',
    event: { plugin: 'web', version: '1.0.0', durationMs: 1_000, outcome: 'ok' },
    name: 'plugins_stop_duration_seconds_sum',
  },
  {
    channel: 'plugins:plugin-reloaded',
    event: { plugin: 'web', version: '1.0.1', durationMs: 1_000, outcome: 'kept' },
    name: 'plugins_reload_duration_seconds_sum',
    labels: { outcome: 'kept' },
  },
  {
    channel: 'plugins:callback-failed',
    event: { plugin: 'web', what: 'timer', message: 'no' },
    name: 'plugins_callback_failures_total',
  },
  {
    channel: 'plugins:attempt-refused',
    event: { plugin: 'web', tier: 'process', what: 'import of node:net' },
    name: 'plugins_attempts_refused_total',
  },
  {
    channel: 'plugins:guest-lost',
    event: { tier: 'process', plugins: ['web'], reason: 'SIGKILL' },
    name: 'plugins_guests_lost_total',
  },
  {
    channel: 'plugins:host-started',
    event: { started: 2, failed: 1, skipped: 0, durationMs: 9 },
    name: 'plugins_host_plugins',
    labels: { outcome: 'started' },
    is: 2,
  },
  {
    channel: 'resilience:call-finished',
    event: { pipeline: 'store', outcome: 'timeout', attempts: 2, durationMs: 750 },
    name: 'resilience_call_duration_seconds_sum',
    labels: { pipeline: 'store', outcome: 'timeout' },
    is: 0.75,
  },
  {
    channel: 'resilience:retry-scheduled',
    event: { pipeline: 'store', attempt: 1, waitMs: 500 },
    name: 'resilience_retry_wait_seconds_sum',
    is: 0.5,
  },
  {
    channel: 'resilience:retry-refused',
    event: { pipeline: 'store', attempt: 1, reason: 'budget' },
    name: 'resilience_retries_refused_total',
    labels: { reason: 'budget' },
  },
  {
    channel: 'resilience:limit-passed',
    event: { pipeline: 'store', limit: 'total', timeoutMs: 5 },
    name: 'resilience_timeouts_total',
    labels: { limit: 'total' },
  },
  {
    channel: 'resilience:breaker-changed',
    event: { pipeline: 'store', from: 'closed', to: 'open' },
    name: 'resilience_breaker_state',
    labels: { state: 'open' },
  },
  {
    channel: 'resilience:call-refused',
    event: { pipeline: 'store', by: 'breaker' },
    name: 'resilience_calls_refused_total',
    labels: { by: 'breaker' },
  },
  { channel: 'resilience:hedge-started', event: { pipeline: 'store', hedge: 1 }, name: 'resilience_hedges_total' },
  {
    channel: 'resilience:cache-read',
    event: { cache: 'pages', outcome: 'stale' },
    name: 'resilience_cache_reads_total',
    labels: { outcome: 'stale' },
  },
  {
    channel: 'resilience:target-changed',
    event: { group: 'replicas', index: 1, healthy: true },
    name: 'resilience_target_healthy',
    labels: { group: 'replicas', index: '1' },
  },
  {
    channel: 'resilience:store-failed',
    event: { store: 'redis', error: new Error('no') },
    name: 'resilience_store_failures_total',
    labels: { store: 'redis' },
  },
  {
    channel: 'schema-registry:data-migrated',
    event: { subject: 'report', from: 1, to: 2, durationMs: 10, outcome: 'ok' },
    name: 'schema_registry_migration_duration_seconds_count',
    labels: { subject: 'report', from: '1', to: '2' },
  },
];

for (const { channel: name, event, name: metric, labels = {}, is = 1 } of rows) {
  test(`${name} becomes ${metric}`, async () => {
    channel(`seaworthy:${name}`).publish(event);
    expect(sumOf(await samplesOf(telemetry), `seaworthy_${metric}`, labels)).toBe(is);
    expect(failures).toEqual([]);
  });
}

test('every channel that is measured has a row above', () => {
  const told = new Set(rows.map((row) => `seaworthy:${row.channel}`));
  expect(packageChannels().map(({ channel }) => channel)).toEqual([...told]);
});

test('who the flag was evaluated for is no label', async () => {
  channel('seaworthy:flags:evaluated').publish({ ...evaluated, 'feature_flag.context.id': 'somebody' });
  expect((await telemetry.render()).body).not.toContain('somebody');
});

test('a channel that was left out is not listened to', () => {
  const kept = packageChannels({ except: ['seaworthy:flags:evaluated'] });
  expect(kept).toHaveLength(packageChannels().length - 1);
  expect(kept.some(({ channel }) => channel === 'seaworthy:flags:evaluated')).toBe(false);
});
