// What do request metrics cost a server? Each side is a server in a process of its own, as services are, with the
// instrumentation that its users have: ours is `measureHttp` with `measureFastify`, the peers' is the hook of their
// documentation and of the plugins around them: a timer that starts in `onRequest` and a histogram with three labels in
// `onResponse`. In one process the sides would change each other's code: Node tells of the requests of all servers, and to
// switch that on and off for each turn makes V8 compile the whole path of a request anew.
// Ten clients keep their connections and send ten requests at once, as Fastify's own benchmarks do: a server that waits for
// its clients would be measured by how the system wakes them. What is compared is the time that a server computes for a
// request, by the system's count.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { isQuick, median, report } from './harness.ts';

interface Server {
  readonly child: ChildProcess;
  readonly sockets: readonly Socket[];
  /** Nanoseconds of computing for a request, a turn each. */
  readonly samples: number[];
}

const program = fileURLToPath(new URL('./fastify.program.ts', import.meta.url));
const targets: Readonly<Record<string, number>> = {
  'Fastify without metrics': 1.05,
  'with @opentelemetry/sdk-metrics': 1,
  'with @prometheus-io/client': 1,
  'with prom-client': 1,
};
const [clients, pipelined, count, rounds, warmUp] = [10, 10, 4_000, isQuick ? 20 : 80, 10];
const servers = new Map<string, Server>();

try {
  for (const name of ['ours', ...Object.keys(targets)]) await start(name);
  for (let round = -warmUp; round < rounds; round += 1) {
    // Backwards in every second round, so that none is always first.
    const turn = [...servers.values()];
    for (const server of round % 2 === 0 ? turn : turn.toReversed()) {
      const ns = await cpuOf(server);
      if (round >= 0) server.samples.push(ns);
    }
  }
  const { child, samples } = servers.get('ours') as Server;
  for (const [peer, target] of Object.entries(targets)) {
    report({
      name: 'Fastify request, measured by measureHttp and measureFastify, CPU time of the server',
      peer,
      value: median(samples),
      peerValue: median(servers.get(peer)?.samples ?? []),
      target,
      better: 'lower',
      unit: 'ns',
    });
  }
  const body = String(await ask(child, 'page'));
  if (!body.includes('http_route="/orders/:id",http_response_status_code="200"')) {
    throw new TypeError('nothing was recorded');
  }
} finally {
  for (const { child } of servers.values()) child.kill();
}

async function start(name: string): Promise<void> {
  const child = fork(program, [name]);
  const server: Server = { child, sockets: [], samples: [] };
  servers.set(name, server);
  const [port] = (await once(child, 'message', { signal: AbortSignal.timeout(30_000) })) as [number];
  const sockets = Array.from({ length: clients }, () => connect(port, '127.0.0.1').setEncoding('latin1'));
  servers.set(name, { ...server, sockets });
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
