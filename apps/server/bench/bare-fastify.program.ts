// What `instruments.bench.ts` compares with: Fastify with nothing around it, which has the same documents in memory and
// sends the same headers about them: `bare-fastify.program.ts <port> <file of documents>`.
import { readFileSync } from 'node:fs';
import fastify from 'fastify';

const [port = '0', file = ''] = process.argv.slice(2);
const stored = JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, string>>;
const documents = new Map(Object.entries(stored).map(([name, text]) => [name, Buffer.from(text)]));
const app = fastify();
app.get('/npm/-/ping', () => ({}));
app.get<{ Params: { name: string } }>('/npm/:name', (request, reply) =>
  reply.type('application/vnd.npm.install-v1+json').send(documents.get(request.params.name)),
);
await app.listen({ port: Number(port), host: '127.0.0.1' });
