import { defineMetrics } from '@seaworthy/telemetry';
import { startTelemetry } from '@seaworthy/telemetry/node';

const metrics = defineMetrics(
  { name: 'shop', version: '1.0.0' },
  {
    'shop.orders': {
      type: 'counter',
      unit: '{order}',
      description: 'Orders placed.',
      attributes: { channel: ['web', 'app'] },
    },
  },
);

metrics['shop.orders'].add(1, { channel: 'web' }); // before the start: not recorded

const telemetry = await startTelemetry({ service: 'shop', runtime: false });
try {
  metrics['shop.orders'].add(1, { channel: 'web' });
  const app = metrics['shop.orders'].bind({ channel: 'app' });
  for (let order = 0; order < 41; order += 1) app.add();
  const { body } = await telemetry.render();
  process.stdout.write(body);
} finally {
  await telemetry.close();
}
