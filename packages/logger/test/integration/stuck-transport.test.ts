// Transports that misbehave, in a process of their own whose memory and event loop can be looked at.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { SinkStats } from '../../src/index.ts';
import { finish, start } from './programs.ts';

const directory = mkdtempSync(join(tmpdir(), 'seaworthy-stuck-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

interface Said {
  readonly turns: number;
  readonly heldBytes: number;
  readonly laneBytes: number;
  readonly records: number;
  readonly sinks: readonly SinkStats[];
  readonly outcome: string;
  readonly closedMs: number;
  readonly dropped: number;
  readonly received: readonly string[];
}

interface Ran {
  readonly said: Said;
  readonly stderr: string;
  readonly lines: number;
}

// A slow transport takes its time, and two tests look at what came of it.
const runs = new Map<string, Promise<Ran>>();

function run(kind: string): Promise<Ran> {
  const known = runs.get(kind) ?? runProgram(kind);
  runs.set(kind, known);
  return known;
}

async function runProgram(kind: string): Promise<Ran> {
  const path = join(directory, `${kind}.log`);
  const { stdout, stderr, code } = await finish(start('stuck-transport', [kind, path], ['--expose-gc']));
  expect(code).toBe(0);
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n').length;
  return { said: JSON.parse(stdout) as Said, stderr, lines };
}

const kinds = [
  { kind: 'never calls back', outcome: 'timeout', isErrorRescued: true },
  { kind: 'is slow', outcome: 'done', isErrorRescued: false },
  { kind: 'throws', outcome: 'done', isErrorRescued: true },
  { kind: 'emits error', outcome: 'done', isErrorRescued: true },
  { kind: 'calls back with an error', outcome: 'done', isErrorRescued: true },
  { kind: 'calls back twice', outcome: 'done', isErrorRescued: false },
  { kind: 'calls back without end in one turn', outcome: 'done', isErrorRescued: false },
];

for (const { kind, outcome, isErrorRescued } of kinds) {
  describe(`a transport that ${kind}`, () => {
    test.concurrent('holds up nobody, keeps to its bytes, and what it lost is counted', async () => {
      const { said, stderr, lines } = await run(kind);
      // The sink beside it has everything, and timers ran in between.
      expect(lines).toBe(15_001);
      expect(said.records).toBe(15_001);
      expect(said.turns).toBeGreaterThanOrEqual(10);
      expect(said.heldBytes).toBeLessThan(said.laneBytes);
      expect([said.outcome, said.closedMs < 5000]).toEqual([outcome, true]);
      const { written = 0, pending = 0, dropped = 0 } = said.sinks[1] ?? {};
      expect(written + pending + dropped).toBeGreaterThanOrEqual(15_001);
      expect(stderr.includes('"message":"past everything"')).toBe(isErrorRescued);
    });
  });
}

test.concurrent('a slow transport that recovers gets errors first, and is told what it missed', async () => {
  const { said } = await run('is slow');
  expect(said.received[0]).toBe('past everything');
  expect(said.received.at(-1)).toMatch(/did not get everything: \d+ records are missing/);
});
