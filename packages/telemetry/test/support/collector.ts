import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import protobuf from 'protobufjs';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** How the stand-in answers: a status with a body, maybe later, or never. */
export type Answer =
  | {
      readonly status: number;
      readonly body?: Uint8Array;
      readonly headers?: Record<string, string>;
      readonly afterMs?: number;
    }
  | 'never';

export interface Collector extends AsyncDisposable {
  readonly endpoint: string;
  readonly received: readonly Received[];
  /** Paths of the requests whose sender was still there for the answer. */
  readonly answered: readonly string[];
  /** Requests that have no answer yet, and whose sender still waits for one. */
  readonly open: () => number;
  /** The most that were open at once. */
  readonly mostOpen: () => number;
  /** Lets go of what was received. */
  forget(): void;
  /** What the next requests are answered with; the last one stays. */
  answer(...answers: readonly Answer[]): void;
}

/** A server in the place of an OpenTelemetry collector. */
export async function startCollector(): Promise<Collector> {
  const received: Received[] = [];
  const answered: string[] = [];
  let answers: readonly Answer[] = [{ status: 200 }];
  let [open, mostOpen] = [0, 0];
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const sent = Buffer.concat(chunks);
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
    received.push({ path: request.url ?? '', headers: request.headers, body });
    const [answer = 'never', ...rest] = answers;
    if (rest.length > 0) answers = rest;
    if (answer === 'never') return;
    await sleep(answer.afterMs ?? 0);
    if (!response.destroyed) answered.push(request.url ?? '');
    response.writeHead(answer.status, answer.headers).end(answer.body);
  };
  const server = createServer((request, response) => {
    open += 1;
    mostOpen = Math.max(mostOpen, open);
    response.once('close', () => (open -= 1));
    take(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answered,
    open: () => open,
    mostOpen: () => mostOpen,
    forget: () => {
      received.length = 0;
      answered.length = 0;
    },
    answer: (...next) => {
      answers = next;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

// The descriptors that opentelemetry-proto 1.45.0 publishes, as JSON: names, types and numbers of all fields.
const definitions = JSON.parse(
  readFileSync(new URL('../fixtures/opentelemetry-proto.json', import.meta.url), 'utf8'),
) as protobuf.INamespace;
const root = protobuf.Root.fromJSON(definitions);
const types = {
  '/v1/metrics': root.lookupType('opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest'),
  '/v1/traces': root.lookupType('opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest'),
};
export const metricsResponse = root.lookupType('opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse');

/** A body by the official definitions. */
export function decode({ path, headers, body }: Received): unknown {
  if (headers['content-type'] === 'application/json') return JSON.parse(body.toString('utf8'));
  const type = path.endsWith('/v1/metrics') ? types['/v1/metrics'] : types['/v1/traces'];
  return type.toObject(type.decode(body), { longs: Number, enums: Number, bytes: String });
}

/** Names as protobuf has them and names as JSON has them, made alike. */
export function camel(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camel);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      camel(each),
    ]),
  );
}
