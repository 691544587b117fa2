import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onPath } from './on-path.ts';
import { freePort, runUntilReady } from './process.ts';
import { refusedByEnvironment, type Availability, type TestService } from './service.ts';

/** Debian's package `prometheus` has both programs. */
function programOfPrometheus(name: string, program: string): TestService<string> {
  return {
    name,
    find(environment = process.env): Availability<string> {
      const refused = refusedByEnvironment(environment);
      if (refused !== undefined) return { available: false, reason: refused };
      const location = onPath(environment['PATH'] ?? '', [program]);
      return location === undefined
        ? { available: false, reason: `no ${program} on the path: install the package prometheus` }
        : { available: true, location };
    },
  };
}

/** The server that scrapes pages. */
export const prometheus: TestService<string> = programOfPrometheus('Prometheus', 'prometheus');

/** The tool that checks pages and rules. */
export const promtool: TestService<string> = programOfPrometheus('promtool', 'promtool');

/** One sample of an answer. */
export interface PrometheusAnswer {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface PrometheusServer extends AsyncDisposable {
  readonly query: (expression: string) => Promise<readonly PrometheusAnswer[]>;
  /** The body of any path of its API, without the envelope. */
  readonly get: (path: string, parameters?: Readonly<Record<string, string>>) => Promise<unknown>;
}

export interface PrometheusOptions {
  /** Host and port of the page, which is at `/metrics`. */
  readonly target: string;
  readonly ruleFiles?: readonly string[];
  /** Sent with each scrape. */
  readonly token?: string;
}

interface Envelope {
  readonly status: string;
  readonly error?: string;
  readonly data: unknown;
}

/** A real Prometheus with a folder and a port of its own, scraping one page twice a second. */
export async function startPrometheus(
  location: string,
  { target, ruleFiles = [], token }: PrometheusOptions,
): Promise<PrometheusServer> {
  const folder = mkdtempSync(join(tmpdir(), 'test-prometheus-'));
  const port = await freePort();
  writeFileSync(
    join(folder, 'prometheus.yml'),
    JSON.stringify({
      global: { scrape_interval: '500ms', scrape_timeout: '500ms', evaluation_interval: '1s' },
      rule_files: ruleFiles,
      scrape_configs: [
        {
          job_name: 'service',
          static_configs: [{ targets: [target] }],
          ...(token === undefined ? {} : { authorization: { type: 'Bearer', credentials: token } }),
        },
      ],
    }),
  );
  const args = [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--enable-feature=exemplar-storage',
  ];
  const child = spawn(location, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  const running = await runUntilReady(
    child,
    child.stderr,
    'Server is ready to receive web requests',
    'prometheus',
  ).catch((error: unknown) => {
    child.kill('SIGKILL');
    remove();
    throw error;
  });
  const stop = async (): Promise<void> => {
    await running.kill('SIGKILL');
    remove();
  };
  const get: PrometheusServer['get'] = async (path, parameters = {}) => {
    const url = new URL(path, `http://127.0.0.1:${port}/api/v1/`);
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    const answer = (await (await fetch(url, { signal: AbortSignal.timeout(20_000) })).json()) as Envelope;
    if (answer.status !== 'success') throw new Error(`${url.search}: ${answer.error ?? 'no reason'}`);
    return answer.data;
  };
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
