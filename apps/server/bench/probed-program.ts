// A lifecycle behind a management server, for counting how often a check runs: management's benchmark starts it.
import { createLifecycle } from '@seaworthy/lifecycle';
import { startManagement } from '@seaworthy/management';

const [ttl = '500', token = ''] = process.argv.slice(2);
let runs = 0;
const life = createLifecycle({ signals: [], onUncaught: 'off' });
life.health.add(
  'database',
  async () => {
    runs += 1;
    await new Promise((resolve) => void setTimeout(resolve, 20));
  },
  { groups: ['ready'], ttlMs: Number(ttl) },
);
await life.start();
const management = await startManagement({ port: 0, token, lifecycle: life, requestsPerSecond: 1e6 });
process.on('message', () => process.send?.({ runs }));
process.on('disconnect', () => process.exit());
process.send?.(management.url);
