import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

type Attributes = Readonly<Record<string, unknown>>;

/** One series of the newest export that had it. */
export interface CollectedSeries {
  readonly attributes: Attributes;
  /** The sum of a counter, the value of a gauge, or how many values a histogram has. */
  readonly value: number;
}

export interface Collector extends AsyncDisposable {
  /** What a server has to be told to export to it. */
  readonly variables: Readonly<Record<string, string>>;
  /** The series of a metric that have these attributes, as they were exported last. */
  readonly series: (metric: string, attributes?: Attributes) => readonly CollectedSeries[];
  /** Names of the spans that arrived. */
  readonly spans: readonly string[];
  /** All that has arrived, as it was sent. */
  readonly text: () => string;
}

interface Json {
  readonly resourceSpans?: readonly {
    readonly scopeSpans: readonly { readonly spans: readonly { name: string }[] }[];
  }[];
  readonly resourceMetrics?: readonly {
    readonly scopeMetrics: readonly { readonly metrics: readonly JsonMetric[] }[];
  }[];
}

interface JsonMetric {
  readonly name: string;
  readonly sum?: JsonPoints;
  readonly gauge?: JsonPoints;
  readonly histogram?: JsonPoints;
}

interface JsonPoints {
  readonly dataPoints: readonly {
    readonly attributes?: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
    readonly asDouble?: number;
    readonly asInt?: number | string;
    readonly count?: number | string;
  }[];
}

export interface CollectorOptions {
  /** `never` takes everything and answers nothing. @default 'at once' */
  readonly answers?: 'at once' | 'never';
  /** Called when an export begins to arrive. */
  readonly onExport?: () => void;
}

/** A real server in the place of an OpenTelemetry collector. */
export async function startCollector({ answers, onExport }: CollectorOptions = {}): Promise<Collector> {
  const metrics = new Map<string, readonly CollectedSeries[]>();
  const spans: string[] = [];
  const texts: string[] = [];
  const server = createServer((request, response) => {
    onExport?.();
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (answers === 'never') return;
      const text = Buffer.concat(chunks).toString();
      texts.push(text);
      const body = JSON.parse(text) as Json;
      for (const { scopeSpans } of body.resourceSpans ?? []) {
        for (const scope of scopeSpans) spans.push(...scope.spans.map(({ name }) => name));
      }
      for (const { scopeMetrics } of body.resourceMetrics ?? []) {
        for (const scope of scopeMetrics)
          for (const metric of scope.metrics) metrics.set(metric.name, seriesOf(metric));
      }
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    variables: { SEAWORTHY_TELEMETRY_ENDPOINT: endpoint, SEAWORTHY_TELEMETRY_PROTOCOL: 'http/json' },
    series: (metric, attributes = {}) =>
      (metrics.get(metric) ?? []).filter((each) =>
        Object.entries(attributes).every(([name, value]) => each.attributes[name] === value),
      ),
    spans,
    text: () => texts.join('\n'),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function seriesOf({ sum, gauge, histogram }: JsonMetric): readonly CollectedSeries[] {
  return (sum ?? gauge ?? histogram ?? { dataPoints: [] }).dataPoints.map((point) => ({
    attributes: Object.fromEntries((point.attributes ?? []).map(({ key, value }) => [key, Object.values(value)[0]])),
    value: Number(point.count ?? point.asInt ?? point.asDouble),
  }));
}
