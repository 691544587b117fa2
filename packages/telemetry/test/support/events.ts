import { channel } from 'node:diagnostics_channel';

const evaluated = { 'feature_flag.key': 'trend', 'feature_flag.result.reason': 'static' };

/** One event of every channel that telemetry measures, as its package tells it. */
const events: readonly { readonly channel: string; readonly event: object }[] = [
  { channel: 'config:changed', event: { version: 3, by: 'reload', keys: ['a'], restartNeeded: [] } },
  { channel: 'config:rejected', event: { version: 3, by: 'watch', error: new Error('no') } },
  { channel: 'config:listener-failed', event: { key: 'port', error: new Error('no') } },
  {
    channel: 'flags:changed',
    event: { source: 'file', cause: 'load', version: 4, added: [], removed: [], changed: [] },
  },
  { channel: 'flags:rejected', event: { source: 'file', code: 'seaworthy.flags.NOT_JSON', message: 'no' } },
  { channel: 'flags:evaluated', event: { ...evaluated, 'feature_flag.result.variant': 'on' } },
  { channel: 'flags:evaluated', event: { ...evaluated, 'error.type': 'flag_not_found' } },
  { channel: 'lifecycle:state-changed', event: { from: 'starting', to: 'ready' } },
  { channel: 'lifecycle:resource-started', event: { resource: 'db', durationMs: 5, outcome: 'ok' } },
  { channel: 'lifecycle:resource-stopped', event: { resource: 'db', durationMs: 5, outcome: 'ok' } },
  { channel: 'lifecycle:signal-received', event: { signal: 'SIGTERM', effect: 'drain' } },
  { channel: 'lifecycle:check-changed', event: { check: 'db', from: 'up', to: 'down' } },
  { channel: 'lifecycle:stop-finished', event: { reason: 'x', exitCode: 0, durationMs: 5, outcome: 'ok' } },
  { channel: 'logger:sink-failed', event: { sink: 'file', reason: 'no' } },
  { channel: 'logger:records-dropped', event: { sink: 'file', count: 17 } },
  { channel: 'logger:level-changed', event: { pattern: 'http', level: 'debug' } },
  { channel: 'management:request-answered', event: { endpoint: 'health', method: 'GET', status: 200, durationMs: 1 } },
  { channel: 'management:write-made', event: { path: '/loggers/x', remote: 'x', status: 200, outcome: 'ok' } },
  { channel: 'management:contributor-failed', event: { endpoint: 'flags', durationMs: 1, outcome: 'hung' } },
  {
    channel: 'management:dump-taken',
    event: { kind: 'heap', remote: 'x', status: 200, outcome: 'ok', durationMs: 3 },
  },
  { channel: 'plugins:plugin-started', event: { plugin: 'web', version: '1.0.0', durationMs: 5 } },
  {
    channel: 'plugins:plugin-failed',
    event: { plugin: 'web', version: '1.0.0', phase: 'start', code: 'X', message: 'no', durationMs: 5 },
  },
  { channel: 'plugins:plugin-skipped', event: { plugin: 'web', version: '1.0.0', reason: 'off' } },
  { channel: 'plugins:plugin-stopped', event: { plugin: 'web', version: '1.0.0', durationMs: 5, outcome: 'ok' } },
  { channel: 'plugins:plugin-reloaded', event: { plugin: 'web', version: '1.0.1', durationMs: 5, outcome: 'ok' } },
  { channel: 'plugins:callback-failed', event: { plugin: 'web', what: 'timer', message: 'no' } },
  { channel: 'plugins:attempt-refused', event: { plugin: 'web', tier: 'process', what: 'import of node:net' } },
  { channel: 'plugins:guest-lost', event: { tier: 'process', plugins: ['web'], reason: 'SIGKILL' } },
  { channel: 'plugins:host-started', event: { started: 1, failed: 1, skipped: 1, durationMs: 9 } },
  { channel: 'resilience:call-finished', event: { pipeline: 'pay', outcome: 'ok', attempts: 2, durationMs: 50 } },
  { channel: 'resilience:retry-scheduled', event: { pipeline: 'pay', attempt: 1, waitMs: 5 } },
  { channel: 'resilience:retry-refused', event: { pipeline: 'pay', attempt: 1, reason: 'budget' } },
  { channel: 'resilience:limit-passed', event: { pipeline: 'pay', limit: 'total', timeoutMs: 5 } },
  { channel: 'resilience:breaker-changed', event: { pipeline: 'pay', from: 'closed', to: 'open' } },
  { channel: 'resilience:call-refused', event: { pipeline: 'pay', by: 'breaker' } },
  { channel: 'resilience:hedge-started', event: { pipeline: 'pay', hedge: 1 } },
  { channel: 'resilience:cache-read', event: { cache: 'pages', outcome: 'hit' } },
  { channel: 'resilience:target-changed', event: { group: 'replicas', index: 1, healthy: true } },
  { channel: 'resilience:store-failed', event: { store: 'redis', error: new Error('no') } },
  { channel: 'schema-registry:data-migrated', event: { subject: 'r', from: 1, to: 2, durationMs: 1, outcome: 'ok' } },
];

export function publishAll(): void {
  for (const { channel: name, event } of events) channel(`seaworthy:${name}`).publish(event);
}
