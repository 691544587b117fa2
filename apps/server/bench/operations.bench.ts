// Can 500 clients do something at the same moment? Each of 500 connections asks for one thing at once, in the mix of a
// busy day: reads mostly, and every kind of write. The next burst begins when the last answer of this one is there,
// with new connections, which are open before anything is measured.
import { randomBytes } from 'node:crypto';
import { packed } from '../test/support/tarball.ts';
import { reportBody } from '../test/support/report.ts';
import { openConnection, requestOf } from './registry/connection.ts';
import { quantile, tell } from './registry/load.ts';
import { startOurs } from './registry/ours.ts';
import { isQuick, nameOf, packageCount } from './registry/packages.ts';
import { publishBody } from './registry/publish.ts';

const clients = 500;
const bursts = isQuick ? 3 : 20;

await using ours = await startOurs();
const authorization = { authorization: ours.authorization };
const content = randomBytes(20_000);
let counter = 0;
const next = (): number => (counter += 1);
const some = (): string => nameOf((next() * 7_919) % packageCount);

/** How many of 500, and what each asks for. */
const kinds: readonly { readonly name: string; readonly of500: number; readonly make: () => Buffer }[] = [
  {
    name: 'metadata',
    of500: 280,
    make: () => requestOf('GET', `/npm/${some()}`, { accept: 'application/vnd.npm.install-v1+json' }),
  },
  { name: 'archive', of500: 100, make: () => archiveOf(some()) },
  {
    name: 'search',
    of500: 40,
    make: () => requestOf('GET', `/npm/-/v1/search?text=${['anchor', 'reef', 'keel', 'tide'][next() % 4]}`),
  },
  { name: 'whoami', of500: 20, make: () => requestOf('GET', '/npm/-/whoami', authorization) },
  { name: 'pages', of500: 20, make: () => requestOf('GET', '/') },
  { name: 'tags', of500: 20, make: () => requestOf('GET', `/npm/-/package/${some()}/dist-tags`) },
  { name: 'publish', of500: 10, make: publication },
  { name: 'report', of500: 10, make: () => requestOf('POST', '/api/v1/reports', {}, reportOf(next())) },
];

const port = Number(new URL(ours.registry).port);
const latencies: number[] = [];
let errors = 0;
for (let burst = -1; burst < bursts; burst += 1) {
  const requests = kinds.flatMap(({ of500, make }) => Array.from({ length: of500 }, make));
  const order = requests
    .map((request, index) => ({ request, at: (index * 197) % clients }))
    .toSorted((a, b) => a.at - b.at);
  const connections = await Promise.all(Array.from({ length: clients }, () => openConnection(port)));
  await Promise.all(
    order.map(async ({ request }, index) => {
      const startedAt = performance.now();
      const status = await connections[index]?.ask(request);
      // The first one warms up.
      if (burst >= 0) latencies.push(performance.now() - startedAt);
      if (status === undefined || status >= 400) errors += 1;
    }),
  );
  for (const connection of connections) connection.close();
}
const what = `${clients} simultaneous operations of ${kinds.length} kinds`;
tell({ name: `${what}, p95`, value: quantile(latencies, 0.95), unit: 'ms', better: 'lower', target: 100 });
tell({ name: `${what}, errors`, value: errors, unit: 'answers', better: 'lower', target: 0 });

function archiveOf(name: string): Buffer {
  return requestOf('GET', `/npm/${name}/-/${name}-1.1.0.tgz`);
}

function publication(): Buffer {
  const { name, body } = publishBody(
    `burst-${next()}`,
    packed(`burst-${counter}`, '1.0.0', [{ path: 'package/noise', content }]),
  );
  return requestOf('PUT', `/npm/${name}`, authorization, body);
}

/** Of 50 projects; each one differs from the one before it. */
function reportOf(index: number): string {
  return reportBody({ name: `project-${index % 50}`, overall: index % 100 });
}
