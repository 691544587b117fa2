// Random graphs of resources that start and stop well, fail or hang, on a fake clock; the rules of src/engine.ts,
// src/starting.ts and src/stopping.ts hold for all of them.
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLifecycle, type StopReport } from '../src/index.ts';
import { never, quiet } from './recording.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const graceMs = 1_000;

interface Behaviour {
  readonly kind: 'ok' | 'fail' | 'hang';
  readonly ms: number;
}
interface Part {
  readonly name: string;
  readonly after: readonly string[];
  readonly start: Behaviour;
  readonly stop: Behaviour;
  readonly timeoutMs: number;
}

const behaviour = (kinds: readonly Behaviour['kind'][]): fc.Arbitrary<Behaviour> =>
  fc.record({ kind: fc.constantFrom(...kinds), ms: fc.integer({ min: 0, max: 300 }) });
const partsWith = (starts: readonly Behaviour['kind'][]): fc.Arbitrary<readonly Part[]> =>
  fc
    .array(
      fc.record({
        targets: fc.array(fc.nat(20), { maxLength: 3 }),
        start: behaviour(starts),
        stop: behaviour(['ok', 'ok', 'fail', 'hang']),
        timeoutMs: fc.integer({ min: 1, max: 600 }),
      }),
      { minLength: 1, maxLength: 9 },
    )
    .map((drafts) =>
      drafts.map(({ targets, ...part }, index) => ({
        ...part,
        name: `r${index}`,
        after: index === 0 ? [] : [...new Set(targets.map((target) => `r${target % index}`))],
      })),
    )
    .chain((parts) => fc.shuffledSubarray([...parts], { minLength: parts.length }));

interface Run {
  readonly life: ReturnType<typeof createLifecycle>;
  readonly log: readonly string[];
  readonly logged: readonly string[];
}

function build(parts: readonly Part[]): Run {
  const log: string[] = [];
  const logged: string[] = [];
  const logger = {
    info() {},
    error: (fields: object, message: string) =>
      void logged.push(`${(fields as { resource?: string }).resource} ${message}`),
  };
  const life = createLifecycle({ ...quiet, graceMs, logger });
  const act = async (name: string, verb: string, { kind, ms }: Behaviour): Promise<void> => {
    log.push(`${verb} ${name}`);
    if (kind === 'hang') return never();
    await new Promise((resolve) => setTimeout(resolve, ms));
    if (kind === 'fail') throw new Error(`${name} is broken`);
    log.push(`${verb} ${name} ends`);
  };
  for (const { name, after, start, stop, timeoutMs } of parts) {
    life.add(name, {
      after,
      timeoutMs,
      startTimeoutMs: 2_000,
      start: () => act(name, 'start', start),
      stop: () => act(name, 'stop', stop),
    });
  }
  return { life, log, logged };
}

async function runAll<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  await vi.runAllTimersAsync();
  return promise;
}

function checkStop(parts: readonly Part[], { log, logged }: Run, report: StopReport): void {
  const outcomes = new Map(report.resources.map(({ name, outcome }) => [name, outcome]));
  const stopBegins = log.findIndex((line) => line.startsWith('stop '));
  for (const { name, after } of parts) {
    const stops = log.flatMap((line, index) => (line === `stop ${name}` ? [index] : []));
    const isUp = log.includes(`start ${name} ends`);
    expect(stops, `${name} stops once when it was up, else never`).toHaveLength(isUp ? 1 : 0);
    expect(!isUp || outcomes.has(name), `${name} is in the report when it was up`).toBe(true);
    for (const dependency of after) {
      // What comes up after it was given up on is stopped at once, whatever has stopped before.
      if (stops[0] === undefined || log.indexOf(`start ${name} ends`) > stopBegins) continue;
      expect(log.indexOf(`start ${dependency} ends`)).toBeLessThan(log.indexOf(`start ${name}`));
      expect(stops[0], `${name} stops before ${dependency}`).toBeLessThan(log.indexOf(`stop ${dependency}`));
      const endsAt = log.indexOf(`stop ${name} ends`);
      const isInTime = endsAt < log.indexOf(`stop ${dependency}`);
      expect(outcomes.get(name) !== 'ok' || isInTime, `${name} has stopped before ${dependency} begins`).toBe(true);
    }
  }
  for (const { name, outcome } of report.resources) {
    const isLogged = logged.some((line) => line.startsWith(`${name} did not`));
    expect(isLogged, `${name} is in the log when it did not go well`).toBe(outcome !== 'ok');
  }
  expect(report.resources.map(({ outcome }) => outcome)).not.toContain('skipped');
  expect(Math.round(report.durationMs), 'graceMs holds').toBeLessThanOrEqual(graceMs + 1);
}

test('(1-3) what started stops once, in reverse, within graceMs, and the report and the log name what did not', async () => {
  await fc.assert(
    fc.asyncProperty(partsWith(['ok']), async (parts) => {
      const run = build(parts);
      await runAll(run.life.start());
      const reports = await runAll(Promise.all([run.life.stop('a'), run.life.stop('b'), run.life.stopped]));
      expect(new Set(reports).size).toBe(1);
      checkStop(parts, run, reports[0]);
      expect(reports[0].resources).toHaveLength(parts.length);
      for (const { name, stop, timeoutMs } of parts) {
        const outcome = reports[0].resources.find((resource) => resource.name === name)?.outcome;
        const isLate = stop.kind === 'hang' || stop.ms > timeoutMs;
        const due = { ok: ['ok', 'hung'], fail: ['error', 'hung'], hang: ['hung'] }[stop.kind];
        expect(isLate ? ['hung'] : due, `${name} stops: ${JSON.stringify(stop)}`).toContain(outcome);
      }
      expect(vi.getTimerCount()).toBe(0);
    }),
    { numRuns: 150 },
  );
});

test('a start that fails or hangs stops what had started, and only that', async () => {
  await fc.assert(
    fc.asyncProperty(partsWith(['ok', 'ok', 'fail', 'hang']), async (parts) => {
      const run = build(parts);
      const isWell = parts.every(({ start }) => start.kind === 'ok');
      const failure: unknown = await runAll(run.life.start()).then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(failure === undefined).toBe(isWell);
      expect(run.life.state).toBe(isWell ? 'ready' : 'failed');
      const report = await runAll(run.life.stop('late'));
      checkStop(parts, run, report);
      expect(report).toMatchObject(isWell ? { reason: 'late' } : { reason: 'start-failed', exitCode: 1 });
      expect(vi.getTimerCount()).toBe(0);
    }),
    { numRuns: 150 },
  );
});

test('a stop at any moment of a start takes down what came up, also what comes up too late', async () => {
  await fc.assert(
    fc.asyncProperty(partsWith(['ok', 'ok', 'fail', 'hang']), fc.integer({ min: 0, max: 900 }), async (parts, atMs) => {
      const run = build(parts);
      const start = run.life.start().catch((error: unknown) => error);
      await vi.advanceTimersByTimeAsync(atMs);
      const report = await runAll(run.life.stop('test'));
      await start;
      for (const { name } of parts) {
        const ups = run.log.filter((line) => line === `start ${name} ends`).length;
        const downs = run.log.filter((line) => line === `stop ${name}`).length;
        expect(downs, `${name} came up ${ups} times`).toBe(ups);
      }
      expect(Math.round(report.durationMs)).toBeLessThanOrEqual(graceMs + 1);
      expect(vi.getTimerCount()).toBe(0);
    }),
    { numRuns: 150 },
  );
});
