import type { ManagementOptions } from '../src/index.ts';

/** A password that no answer may contain. */
export const planted = 'pl4nted-s3cret';

/** Contributors of a small application, and what was written to it. */
export function createApp(): { readonly options: ManagementOptions; readonly writes: unknown[] } {
  const writes: unknown[] = [];
  return {
    writes,
    options: {
      port: 0,
      lifecycle: {
        stop: (reason) => void writes.push(['stop', reason]),
        health: {
          groups: () => ['live', 'ready', 'startup', 'storage'],
          check: (group) =>
            group === 'live'
              ? { status: 'up', checks: [] }
              : {
                  status: 'degraded',
                  checks: [
                    { name: 'lifecycle', status: 'up', durationMs: 0, details: { state: 'ready' } },
                    { name: 'db', status: 'down', durationMs: 3, error: `connect postgres://app:${planted}@db/main` },
                  ],
                },
        },
      },
      loggers: {
        names: ['fatal', 'error', 'warn', 'info', 'debug', 'trace'],
        list: () => [
          { name: 'root', configuredLevel: 'info', effectiveLevel: 'info' },
          { name: 'app', configuredLevel: null, effectiveLevel: 'info' },
        ],
        set: (...change) => void writes.push(['level', ...change]),
      },
      metrics: {
        render: (accept) => ({
          contentType: accept?.includes('openmetrics')
            ? 'application/openmetrics-text; version=1.0.0'
            : 'text/plain; version=0.0.4',
          body: 'up 1\n',
        }),
      },
      config: {
        describe: () => [
          { key: 'server.port', value: 8080, source: 'env PORT' },
          { key: 'db.password', value: planted, source: 'file /run/secrets/db' },
          { key: 'db.url', value: `postgres://app:${planted}@db/main`, source: 'env DB_URL' },
        ],
      },
      flags: {
        list: () => [{ key: 'new-token', state: 'ENABLED', defaultVariant: 'off', variants: ['on', 'off'] }],
      },
      plugins: { status: () => [{ id: 'hello', version: '1.0.0', state: 'started' }] },
      schemas: { list: () => [{ name: 'report', versions: [1, 2] }] },
      resilience: {
        list: () => [
          { name: 'store', breaker: 'half-open', calls: 8, succeeded: 6, failed: 2, refused: 1, retries: 3 },
          { name: 'unguarded', calls: 1 },
        ],
      },
      errors: {
        recent: () => [
          {
            time: '2026-01-02T03:04:05.678Z',
            code: 'app.DB_AWAY',
            message: `connect postgres://app:${planted}@db/main`,
            severity: 'error',
            count: 2,
          },
        ],
        counts: () => [{ code: 'app.DB_AWAY', count: 2, lastTime: '2026-01-02T03:04:05.678Z' }],
      },
      info: { app: { name: 'shop', version: '1.2.3', apiKey: planted } },
    },
  };
}
