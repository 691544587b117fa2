import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface SlowCollector {
  /** What a run has to be told to export to it. */
  readonly variables: NodeJS.ProcessEnv;
  /** Paths whose exports it has answered to somebody who still waited. */
  readonly taken: readonly string[];
  /** Errors that were counted, by their code. */
  readonly errors: Readonly<Record<string, number>>;
}

interface Json {
  readonly resourceMetrics?: readonly { readonly scopeMetrics: readonly { readonly metrics: readonly Metric[] }[] }[];
}

interface Metric {
  readonly name: string;
  readonly sum?: {
    readonly dataPoints: readonly {
      readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[];
      readonly asDouble?: number;
      readonly asInt?: number | string;
    }[];
  };
}

/** A real server in the place of a collector, that takes its time; it ends with the test. */
export async function startCollector(afterMs: number): Promise<SlowCollector> {
  const taken: string[] = [];
  const errors: Record<string, number> = {};
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      Object.assign(errors, errorsIn(JSON.parse(Buffer.concat(chunks).toString()) as Json));
      const timer = setTimeout(() => {
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
        taken.push(request.url ?? '');
      }, afterMs);
      response.on('close', () => clearTimeout(timer));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const variables = { SEAWORTHY_TELEMETRY_ENDPOINT: endpoint, SEAWORTHY_TELEMETRY_PROTOCOL: 'http/json' };
  return { variables, taken, errors };
}

function errorsIn({ resourceMetrics = [] }: Json): Readonly<Record<string, number>> {
  const metrics = resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
  const points = metrics.filter(({ name }) => name === 'seaworthy.errors').flatMap(({ sum }) => sum?.dataPoints ?? []);
  return Object.fromEntries(
    points.map(({ attributes, asDouble, asInt }) => [
      attributes.find(({ key }) => key === 'error.type')?.value.stringValue ?? '',
      Number(asInt ?? asDouble),
    ]),
  );
}
