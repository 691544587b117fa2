// A service with a database and a server: started in order, asked once, stopped in reverse while a request is open.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLifecycle } from '@seaworthy/lifecycle';

const life = createLifecycle({ graceMs: 5_000, lameDuckMs: 0 });
const server = createServer((request, response) => {
  setTimeout(() => response.end(`${request.url} answered`), 100);
});

life.add('db', {
  start: () => console.log('db is open'),
  stop: ({ reason }) => console.log(`db closes: ${reason}`),
});
life.http('api', server, {
  after: ['db'],
  idle: 'prompt',
  start: () => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)),
});
life.health.add('db', () => ({ connections: 1 }), { groups: ['ready'] });

await life.start();
console.log(`state: ${life.state}, ready: ${(await life.health.check('ready')).status}`);

const { port } = server.address() as AddressInfo;
const answer = fetch(`http://127.0.0.1:${port}/slow`).then((response) => response.text());
await new Promise((resolve) => server.once('request', resolve));

const stopping = life.stop('deploy');
console.log(`state: ${life.state}, ready: ${(await life.health.check('ready')).status}`);
console.log(await answer);

const report = await stopping;
for (const { name, outcome } of report.resources) console.log(`${name}: ${outcome}`);
console.log(`exit code ${report.exitCode}`);
