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
      info: { app: { name: 'shop', version: '1.2.3', apiKey: planted } },
    },
  };
}
