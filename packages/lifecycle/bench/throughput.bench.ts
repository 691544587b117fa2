// What does watching connections cost while nothing stops?
import { createServer, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { createLifecycle } from '@seaworthy/lifecycle';

const connections = 32;
const roundMs = 500;
const rounds = process.argv.includes('--quick') ? 4 : 24;
const leastRatio = 0.97;
const request = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n';

async function listen(isWatched: boolean): Promise<Server> {
  const server = createServer((_, response) => response.end('hello'));
  const life = createLifecycle({ signals: [], onUncaught: 'off' });
  if (isWatched) life.http('api', server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

async function requestsPerSecond(server: Server): Promise<number> {
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  let answers = 0;
  const sockets = Array.from({ length: connections }, (): Socket => {
    const socket = connect(port, '127.0.0.1');
    socket.on('data', () => {
      answers += 1;
      socket.write(request);
    });
    socket.write(request);
    return socket;
  });
  const startedAt = performance.now();
  await new Promise((resolve) => setTimeout(resolve, roundMs));
  const perSecond = (answers / (performance.now() - startedAt)) * 1_000;
  for (const socket of sockets) socket.destroy();
  return perSecond;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

const plain = await listen(false);
const watched = await listen(true);
await requestsPerSecond(plain);
await requestsPerSecond(watched);
const results: { plain: number; watched: number }[] = [];
// Taken in turns, and each first as often as second, because a shared machine drifts.
for (let round = 0; round < rounds; round += 1) {
  const [first, second] = round % 2 === 0 ? [plain, watched] : [watched, plain];
  const one = await requestsPerSecond(first);
  const two = await requestsPerSecond(second);
  results.push(round % 2 === 0 ? { plain: one, watched: two } : { plain: two, watched: one });
}
const watchedRate = median(results.map((result) => result.watched));
const ratio = median(results.map((result) => result.watched / result.plain));
console.log(
  JSON.stringify({
    package: 'lifecycle',
    case: 'requests on keep-alive connections while nothing stops',
    peer: 'the same server without a lifecycle',
    value: Math.round(watchedRate),
    unit: 'requests/s',
    ratio,
    better: 'higher',
    target: leastRatio,
    holds: ratio >= leastRatio,
  }),
);
plain.close();
watched.close();
