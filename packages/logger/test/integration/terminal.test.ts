// What standard output gets by default: text for people on a terminal outside production, and JSON everywhere else.
import { spawn, spawnSync } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { finish, shellCommand, start } from './programs.ts';

// The program of util-linux that runs a command on a terminal of its own.
const script = 'script';
const hasTerminal = spawnSync(script, ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') ?? false;
if (!hasTerminal)
  process.stderr.write('Skipped: output on a terminal, because there is no `script` of util-linux here.\n');

/** What the fixture writes to a terminal. */
async function onTerminal(args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const { command, env: base } = shellCommand('saying', args);
  const terminal = { ...base, NODE_ENV: '', NO_COLOR: '', FORCE_COLOR: undefined, TERM: 'xterm', ...env };
  const program = spawn(script, ['-qec', command, '/dev/null'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: terminal,
  });
  const written = await text(program.stdout);
  return written.replaceAll('\r\n', '\n');
}

const json = /^\{"level":"warn","timestamp":"[^"]+","message":"charged","logger":"shop","pid":\d+,"orderId":17\}\n$/;
const plain = /^\d\d:\d\d:\d\d\.\d{3} WARN {2}shop charged orderId=17\n$/;

describe.skipIf(!hasTerminal)('on a terminal', () => {
  test.concurrent('a record is coloured text', async () => {
    const written = await onTerminal([]);
    expect(written).toContain('\u001b[33mWARN');
    // oxlint-disable-next-line no-control-regex -- the colours
    expect(written.replaceAll(/\u001b\[\d+m/g, '')).toMatch(plain);
  });

  test.concurrent('a record has no colours where nobody wants them', async () => {
    expect(await onTerminal([], { NO_COLOR: '1' })).toMatch(plain);
  });

  test.concurrent('a record is JSON in production', async () => {
    expect(await onTerminal([], { NODE_ENV: 'production' })).toMatch(json);
  });

  test.concurrent('a record is JSON where the application wants it', async () => {
    expect(await onTerminal(['false'])).toMatch(json);
  });
});

describe('on a pipe', () => {
  test.concurrent('a record is JSON', async () => {
    expect((await finish(start('saying', []))).stdout).toMatch(json);
  });

  test.concurrent('a record is text without colours where the application wants it', async () => {
    expect((await finish(start('saying', ['true']))).stdout).toMatch(plain);
  });
});
