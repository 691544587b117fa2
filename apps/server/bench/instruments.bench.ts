// What do the instruments cost? Our server authenticates each request, logs it into a file, measures it, traces it and
// gives it its headers; the peer is Fastify without any of that, which sends the same documents from memory.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inTurns, load, tell } from './registry/load.ts';
import { startOurs } from './registry/ours.ts';
import { isQuick, nameOf } from './registry/packages.ts';
import {
  freePort,
  processorMs,
  residentMegabytes,
  startProgram,
  stopProgram,
  temporaryFolder,
  type Peer,
} from './registry/peer.ts';

const count = isQuick ? 100 : 1_000;
const accept = 'application/vnd.npm.install-v1+json';
await using ours = await startOurs(count);
await using bare = await startBare();

const [own, without] = await inTurns([ours, bare], (peer) =>
  load(peer, (index) => `/${nameOf((index * 7) % count)}`, {
    accept,
    ...(peer.authorization !== '' && { authorization: peer.authorization }),
  }),
);
if (own === undefined || without === undefined) throw new TypeError('Nothing was measured.');
const name = 'metadata with every instrument and a token, 50 connections';
const peer = { name: 'fastify', value: without.perSecond, target: 0.8 };
tell({ name, value: own.perSecond, unit: 'answers/s', better: 'higher', peer });
const processor = { name: 'fastify', value: without.processorUs, target: 1 / 0.8 };
tell({
  name: `${name}, processor time of an answer`,
  value: own.processorUs,
  unit: 'µs',
  better: 'lower',
  peer: processor,
});

async function startBare(): Promise<Peer> {
  const folder = temporaryFolder('fastify');
  const documents: Record<string, string> = {};
  for (let index = 0; index < count; index += 1) {
    documents[nameOf(index)] = await (await fetch(`${ours.registry}/${nameOf(index)}`, { headers: { accept } })).text();
  }
  const file = join(folder, 'documents.json');
  writeFileSync(file, JSON.stringify(documents));
  const port = await freePort();
  const registry = `http://127.0.0.1:${port}/npm`;
  const args = [join(import.meta.dirname, 'bare-fastify.program.ts'), String(port), file];
  const started = await startProgram({ folder, args }, `${registry}/-/ping`);
  return {
    name: 'fastify',
    registry,
    authorization: '',
    residentMegabytes: () => residentMegabytes(started),
    processorMs: () => processorMs(started),
    [Symbol.asyncDispose]: () => stopProgram(started),
  };
}
