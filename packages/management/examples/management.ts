// A management server with health, a logger and an endpoint of its own, asked with and without its token.
import { startManagement } from '@seaworthy/management';

const token = 'an-example-token-for-this-program';
const levels = new Map([['root', 'info']]);

const management = await startManagement({
  port: 0,
  token,
  info: { app: { name: 'shop', version: '1.2.3' } },
  lifecycle: {
    health: {
      groups: () => ['ready'],
      check: () => ({ status: 'up', checks: [{ name: 'db', status: 'up', durationMs: 2 }] }),
    },
  },
  loggers: {
    names: ['error', 'warn', 'info', 'debug'],
    list: () => [...levels].map(([name, level]) => ({ name, configuredLevel: level, effectiveLevel: level })),
    set: (name, level) => levels.set(name, level ?? 'info'),
  },
});
management.endpoint('queue', { read: () => ({ waiting: 3 }) });

async function show(path: string, init: RequestInit = {}): Promise<void> {
  const response = await fetch(`${management.url}${path}`, init);
  const text = (await response.text()).trim();
  console.log([init.method ?? 'GET', path, response.status, text].join(' ').trim());
}

const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
await show('/ready');
await show('/loggers/root', { headers });
await show('/loggers/root', { method: 'POST', headers, body: '{"configuredLevel":"debug"}' });
await show('/loggers/root', { headers });
await show('/queue', { headers });

const refused = await fetch(`${management.url}/queue`);
console.log(`without the token: ${refused.status}`);
await management.close();
