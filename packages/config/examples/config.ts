import { argv, ConfigErrors, defineConfig, duration, env, int, object, port, secret, url } from '@seaworthy/config';

const definition = defineConfig({
  server: { port: port().default(8080).describe('Where to listen.') },
  db: {
    url: secret(url({ protocols: ['postgres'] })).describe('Where the data is.'),
    poolMax: int({ min: 1 }).default(10).reloadable(),
    idleMs: duration().default('30s'),
  },
});

// A program would write `env('APP')` and `argv()`; what they would find is given here.
const variables = { APP_SERVER_PORT: '9000', APP_DB_URL: 'postgres://app:hunter2@db/app' };
const cfg = await definition.load([
  object({ server: { port: 3000 } }, 'built-in'),
  env('APP', { variables }),
  argv(['--db.pool-max=20']),
]);

console.log('The port is', cfg.value.server.port);
console.log('because', JSON.stringify(cfg.explain('server.port')));
for (const { key, value, source } of cfg.describe()) console.log(`${key} = ${String(value)} (${source})`);

cfg.onChange('db.poolMax', (now, was) => console.log(`poolMax went from ${was} to ${now}`));
await cfg.update({ db: { poolMax: 40 } }, { by: 'the example' });
await cfg.rollback(1);
await cfg.close();

try {
  await definition.load([env('APP', { variables: { APP_SERVER_PORT: '80a', APP_DB_POLMAX: '5' } })]);
} catch (error) {
  if (ConfigErrors.INVALID.is(error)) console.log(error.message);
}
