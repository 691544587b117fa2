import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startCollector, type SlowCollector } from '../support/collector.ts';
import { ended, seaworthy, start, type Ended } from '../support/bin.ts';
import { writeProject } from '../support/project.ts';
import { answer, startServer } from '../support/server.ts';

const both = ['/v1/metrics', '/v1/traces'];
const project = writeProject.bind(undefined, { 'notes.txt': 'nothing to see', 'report.json': '{}' });
/** Far longer than a slow collector takes, also on a machine that stalls. */
const patience = { SEAWORTHY_TELEMETRY_TIMEOUT_MS: '60000' };

/** Interrupts a push while the server lets it wait. */
async function interruptedPush(
  variables: NodeJS.ProcessEnv,
  signal: NodeJS.Signals,
): Promise<Ended & { readonly tookMs: number }> {
  const cwd = project();
  const report = await seaworthy(['audit', '--format', 'json', '--output', 'report.json'], cwd);
  expect(report.code).toBe(0);
  const waiting: ServerResponse[] = [];
  const server = await startServer((response) => {
    waiting.push(response);
    child.kill(signal);
  });
  const child = start('src/main.ts', ['report', 'push', 'report.json', '--url', server.url], cwd, { variables });
  const startedAt = performance.now();
  return { ...(await ended(child)), tookMs: performance.now() - startedAt };
}

/** Interrupts an audit while a rule of it hangs; `again` presses the key once more, so many milliseconds later. */
async function interruptedAudit(collector: SlowCollector, signal: NodeJS.Signals, again?: number): Promise<Ended> {
  const variables = { ...collector.variables, ...patience };
  const child = start('test/fixtures/hanging-rule.ts', ['report.json'], writeProject({ 'notes.txt': '' }), {
    variables,
  });
  const end = ended(child);
  child.stderr?.once('data', () => {
    child.kill(signal);
    if (again !== undefined) void wait(again).then(() => child.kill(signal));
  });
  return end;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`an interrupted run (${signal}) exports everything, also to a collector that takes a second`, async () => {
    const collector = await startCollector(1_000);
    const { code, err } = await interruptedPush({ ...collector.variables, ...patience }, signal);
    expect([code, err.includes('INTERRUPTED')]).toEqual([130, true]);
    expect(collector.taken.toSorted()).toEqual(both);
    expect(collector.errors).toEqual({ 'seaworthy.cli.INTERRUPTED': 1 });
  });

  test(`an interrupted audit (${signal}) counts as INTERRUPTED, and as nothing else`, async () => {
    const collector = await startCollector(0);
    expect((await interruptedAudit(collector, signal)).code).toBe(130);
    expect(collector.errors).toEqual({ 'seaworthy.cli.INTERRUPTED': 1 });
  });
}

test('a second Ctrl-C ends the run at once with 130', async () => {
  const collector = await startCollector(50_000);
  const { code } = await interruptedAudit(collector, 'SIGINT', 2_000);
  expect(code).toBe(130);
  expect(collector.taken).toEqual([]);
});

test('an interrupted run ends in time when the collector never answers', async () => {
  const { variables } = await startCollector(110_000);
  const { code, tookMs } = await interruptedPush(variables, 'SIGINT');
  expect(code).toBe(130);
  expect(tookMs).toBeLessThan(60_000);
});

test('a run that ends by itself exports everything to a slow collector, also when it has found nothing to say', async () => {
  const collector = await startCollector(1_000);
  const variables = { ...collector.variables, ...patience };
  expect((await seaworthy(['audit'], project(), { variables })).code).toBe(0);
  expect(collector.taken.toSorted()).toEqual(both);
});

test('a run that fails exports everything, its error by code too', async () => {
  const collector = await startCollector(200);
  const server = await startServer(answer(401, { code: 'unauthorized' }));
  const cwd = project();
  await seaworthy(['audit', '--format', 'json', '--output', 'report.json'], cwd);
  const variables = { ...collector.variables, ...patience };
  const { code } = await seaworthy(['report', 'push', 'report.json', '--url', server.url], cwd, { variables });
  expect(code).not.toBe(0);
  expect(collector.taken.toSorted()).toEqual(both);
  expect(collector.errors).toEqual({ 'seaworthy.cli.PUSH_REFUSED': 1 });
});
