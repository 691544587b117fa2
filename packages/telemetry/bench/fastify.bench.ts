// What do request metrics cost a server? Each side is a server in a process of its own, as services are, with the
// instrumentation that its users have: ours is `measureHttp` with `measureFastify`, the peers' is the hook of their
// documentation and of the plugins around them: a timer that starts in `onRequest` and a histogram with three labels in
// `onResponse`. In one process the sides would change each other's code: Node tells of the requests of all servers, and to
// switch that on and off for each turn makes V8 compile the whole path of a request anew.
// Ten clients keep their connections and send ten requests at once, as Fastify's own benchmarks do: a server that waits for
// its clients would be measured by how the system wakes them. What is compared is the time that a server computes for a
// request, by the system's count. A process that was started twice is not as fast each time, so each side has several, one
// after the other; machines are not as fast each moment, so sides are compared within a round. How far the same server is
// from itself in all this is a row of its own: what differs by less is not known.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { isQuick, median, report } from './harness.ts';

interface Server {
  readonly child: ChildProcess;
  readonly sockets: readonly Socket[];
}

const program = fileURLToPath(new URL('./fastify.program.ts', import.meta.url));
const targets: Readonly<Record<string, number>> = {
  'Fastify without metrics': 1.05,
  'with @opentelemetry/sdk-metrics': 1,
  'with @prometheus-io/client': 1,
  'with prom-client': 1,
};
const plain = 'Fastify without metrics';
const again = `${plain}, another process`;
const [clients, pipelined, count, rounds, warmUp] = [10, 10, 2_000, 20, 10];
const generations = isQuick ? 1 : 3;
const sides = ['ours', ...Object.keys(targets), again];
const servers = new Map<string, Server>();
/** By side: of all generations. */
const samples = new Map<string, number[]>(sides.map((side) => [side, []]));

for (let generation = 0; generation < generations; generation += 1) {
  try {
    await Promise.all((generation % 2 === 0 ? sides : sides.toReversed()).map(start));
    for (let round = -warmUp; round < rounds; round += 1) await turn(round);
    const body = String(await ask((servers.get('ours') as Server).child, 'page'));
    if (!body.includes('http_route="/orders/:id",http_response_status_code="200"')) {
      throw new TypeError('nothing was recorded');
    }
  } finally {
    for (const side of servers.keys()) stop(side);
  }
}
for (const [peer, target] of Object.entries(targets)) {
  tell('Fastify request, measured by measureHttp and measureFastify, CPU time of the server', 'ours', peer, target);
}
tell('Fastify request, the same server in two processes, CPU time of the server', again, plain, 1.05);

async function turn(round: number): Promise<void> {
  // Backwards in every second round, so that none is always first.
  const all = [...servers];
  for (const [side, server] of round % 2 === 0 ? all : all.toReversed()) {
    const ns = await cpuOf(server);
    if (round >= 0) samples.get(side)?.push(ns);
  }
}

/** By the median of the proportions within a round. */
function tell(name: string, side: string, peer: string, target: number): void {
  const [own = [], others = []] = [samples.get(side), samples.get(peer)];
  const value = median(own);
  const peerValue = value / median(own.map((ns, index) => ns / (others[index] as number)));
  report({ name, peer, value, peerValue, target, better: 'lower', unit: 'ns' });
}

async function start(side: string): Promise<void> {
  const child = fork(program, [side === again ? plain : side]);
  servers.set(side, { child, sockets: [] });
  const [port] = (await once(child, 'message', { signal: AbortSignal.timeout(30_000) })) as [number];
  const sockets = Array.from({ length: clients }, () => connect(port, '127.0.0.1').setEncoding('latin1'));
  servers.set(side, { child, sockets });
}

function stop(side: string): void {
  const server = servers.get(side);
  for (const socket of server?.sockets ?? []) socket.destroy();
  server?.child.kill();
  servers.delete(side);
}

async function cpuOf({ child, sockets }: Server): Promise<number> {
  const before = Number(await ask(child, 'cpu'));
  await Promise.all(sockets.map((socket) => exchange(socket, count / clients)));
  return ((Number(await ask(child, 'cpu')) - before) * 1_000) / count;
}

async function ask(child: ChildProcess, question: 'cpu' | 'page'): Promise<unknown> {
  const told = once(child, 'message', { signal: AbortSignal.timeout(30_000) });
  child.send(question);
  const [answer] = (await told) as [unknown];
  return answer;
}

/** Answers are all as long as the first one. */
async function exchange(socket: Socket, requests: number): Promise<void> {
  const together = Array.from(
    { length: pipelined },
    (_, index) => `GET /orders/${10 + index} HTTP/1.1\r\nhost: bench\r\n\r\n`,
  );
  for (let done = 0; done < requests; done += pipelined) {
    let missing = pipelined;
    socket.write(together.join(''));
    while (missing > 0) {
      const [text] = (await once(socket, 'data')) as [string];
      missing -= text.split('HTTP/1.1 200 OK').length - 1;
    }
  }
}
