import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';

const token = 'the-token-of-these-measurements';

export interface Usage {
  readonly cpuMs: number;
  readonly atMs: number;
  readonly rssBytes: number;
}

/** A process of its own that tells what it uses. */
export interface Measured {
  readonly url: string;
  readonly child: ChildProcess;
  readonly usage: () => Promise<Usage>;
  readonly end: () => Promise<void>;
}

export async function start(program: string, words: readonly string[]): Promise<Measured> {
  const execArgv = ['--conditions=@seaworthy/source', '--expose-gc'];
  const child = fork(program, [...words, token], { execArgv });
  const [url] = (await once(child, 'message')) as [string];
  return {
    url,
    child,
    async usage() {
      const answer = once(child, 'message');
      child.send({ kind: 'usage' });
      const [usage] = (await answer) as [Usage];
      return usage;
    },
    async end() {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}

/** Asks with the token, on a connection of its own. */
export function get(url: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    const sent = request(new URL(path, url), { headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      response.once('end', () => resolve(text));
      response.once('error', reject);
    });
    sent.once('error', reject);
    sent.end();
  });
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

export interface Told {
  readonly case: string;
  readonly peer: string | null;
  readonly value: number;
  readonly unit: string;
  readonly ratio?: number;
  readonly target: number | null;
}

/** Prints one result; less is better in all of them. */
export function tell({ ratio, value, target, ...others }: Told): void {
  const rounded = Number(value.toPrecision(4));
  const holds = target === null || value <= target;
  const shown = ratio === undefined ? null : Number(ratio.toPrecision(4));
  const result = { package: 'management', ...others, value: rounded, ratio: shown, better: 'lower', target, holds };
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
