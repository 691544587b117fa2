import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One sample of an answer. */
export interface Answer {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface PrometheusServer extends AsyncDisposable {
  readonly query: (expression: string) => Promise<readonly Answer[]>;
  /** The body of any path of its API, without the envelope. */
  readonly get: (path: string, parameters?: Readonly<Record<string, string>>) => Promise<unknown>;
}

export interface PrometheusOptions {
  /** The program. */
  readonly location: string;
  /** Host and port of the page, which is at `/metrics`. */
  readonly target: string;
  readonly ruleFiles?: readonly string[];
}

interface Envelope {
  readonly status: string;
  readonly error?: string;
  readonly data: unknown;
}

/** A real Prometheus with a folder and a port of its own, scraping one page twice a second. */
export async function startPrometheus({
  location,
  target,
  ruleFiles = [],
}: PrometheusOptions): Promise<PrometheusServer> {
  const folder = mkdtempSync(join(tmpdir(), 'seaworthy-prometheus-'));
  const port = await freePort();
  writeFileSync(
    join(folder, 'prometheus.yml'),
    JSON.stringify({
      global: { scrape_interval: '500ms', scrape_timeout: '500ms', evaluation_interval: '1s' },
      rule_files: ruleFiles,
      scrape_configs: [{ job_name: 'service', static_configs: [{ targets: [target] }] }],
    }),
  );
  const child = spawn(
    location,
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--enable-feature=exemplar-storage',
      '--log.level=warn',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  const exited = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
    rmSync(folder, { recursive: true, force: true });
  };
  const get: PrometheusServer['get'] = async (path, parameters = {}) => {
    const url = new URL(path, `http://127.0.0.1:${port}/api/v1/`);
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    const answer = (await (await fetch(url, { signal: AbortSignal.timeout(20_000) })).json()) as Envelope;
    if (answer.status !== 'success') throw new Error(`${url.search}: ${answer.error ?? 'no reason'}`);
    return answer.data;
  };
  try {
    await untilReady(`http://127.0.0.1:${port}/-/ready`, () => child.exitCode !== null);
  } catch (cause) {
    await stop();
    throw new Error(`Prometheus did not start: ${complaints}`, { cause });
  }
  return {
    get,
    async query(expression) {
      const { result } = (await get('query', { query: expression })) as {
        result: { metric: Record<string, string>; value: [number, string] }[];
      };
      return result.map(({ metric, value: [, text] }) => ({ metric, value: Number(text.replace('Inf', 'Infinity')) }));
    },
    [Symbol.asyncDispose]: stop,
  };
}

async function untilReady(url: string, isOver: () => boolean): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (performance.now() < deadline && !isOver()) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('not ready in 20 seconds');
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}
