import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { createFlags, memory } from '../../src/index.ts';
import { serve } from './ofrep-server.ts';

const document = (color: string) => ({
  flags: { color: { state: 'ENABLED', variants: { it: color }, defaultVariant: 'it' } } as const,
});

/** Starts a client in a process of its own: Node has browsers' `EventSource` only where it is asked for. */
function startClient(url: string) {
  const program = new URL('../fixtures/web-client.ts', import.meta.url).pathname;
  const options = ['--conditions=@seaworthy/source', '--experimental-eventsource', '--no-warnings'];
  const child = spawn(process.execPath, [...options, program, url], { stdio: ['pipe', 'pipe', 'inherit'] });
  const said: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => void said.push(line));
  return {
    said,
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      child.stdin.end();
      await ended;
    },
  };
}

const patience = { timeout: 60_000, interval: 20 };

test(
  "OpenFeature's web SDK is told of changes by events, also of one that happened while it was cut off",
  { timeout: 60_000 },
  async () => {
    const source = memory(document('red'));
    await using flags = await createFlags({ source });
    await using server = await serve(flags.ofrep());
    await using client = startClient(server.url);
    await expect.poll(() => client.said, patience).toEqual(['ready red']);
    await expect.poll(() => server.asked, patience).toContain('GET /ofrep/v1/events -> 200');

    source.set(document('pink'));
    await expect.poll(() => client.said, patience).toEqual(['ready red', 'changed pink']);

    server.isAway = true;
    server.disconnect();
    await expect.poll(() => client.said, patience).toContain('stale pink');
    source.set(document('blue'));
    await flags.reload();
    server.isAway = false;
    await expect.poll(() => client.said.at(-1), patience).toBe('changed blue');

    const asked = server.asked.filter((line) => line.startsWith('POST'));
    expect(asked.length).toBeLessThanOrEqual(5);
  },
);
