import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { AuditJob } from '../../src/engine/job.ts';
import { startThread, supervise } from '../../src/engine/supervise.ts';
import { CliErrors } from '../../src/errors.ts';
import { audit } from '../../src/handlers/audit.ts';
import { fakeIo } from '../support/io.ts';
import { writeProject } from '../support/project.ts';

const hostile = new URL('../fixtures/hostile-packs.ts', import.meta.url);

function jobFor(root: string, parts: Partial<AuditJob> = {}): AuditJob {
  return {
    root,
    directory: '.',
    ignore: [],
    ignoreFrom: root,
    variables: { ...process.env },
    rules: {},
    rulesSource: 'default',
    experimental: [],
    isProduction: false,
    ruleTimeoutMs: 10_000,
    timings: false,
    ...parts,
  };
}

const silent = { log: () => {}, progress: () => {} };

test('rules that block, end or break their thread are named, and the others go on', async () => {
  const cwd = writeProject({ 'a.js': 'fine();' });
  const io = fakeIo({ cwd });
  expect(await audit({ format: 'json', ruleTimeout: '1000' }, '.', io, hostile)).toBe(3);
  const report = JSON.parse(io.out());
  expect(report.findings.map(({ rule }: { rule: string }) => rule)).toEqual(['SEA-R907']);
  expect(
    report.problems.map(
      ({ kind, message }: { kind: string; message: string }) => `${kind}: ${message.split('. Its')[0]}`,
    ),
  ).toEqual([
    'rule-crashed: Rule SEA-R903 crashed: it ended its thread with 7',
    'rule-crashed: Rule SEA-R904 crashed: TypeError: out of nowhere',
    'rule-crashed: Rule SEA-R905 crashed: TypeError: nobody listens',
    'rule-timeout: Rule SEA-R901 did not finish within 1000 ms and was stopped',
    'rule-timeout: Rule SEA-R902 did not finish within 1000 ms and was stopped',
  ]);
});

test('an interruption ends a thread that does not listen', async () => {
  const controller = new AbortController();
  const running = supervise(jobFor(writeProject({ 'a.js': '' }), { ruleTimeoutMs: 60_000 }), {
    packs: hostile,
    listener: {
      ...silent,
      log: (_level, _fields, message) =>
        message === 'Rules loaded' && controller.abort(new DOMException('stop', 'AbortError')),
    },
    signal: controller.signal,
  });
  await expect(running).rejects.toThrow('stop');
});

test('an audit that was interrupted before it began does not begin', async () => {
  const signal = AbortSignal.abort(new DOMException('stop', 'AbortError'));
  await expect(supervise(jobFor('/'), { packs: hostile, listener: silent, signal })).rejects.toThrow('stop');
});

test('an error of the audit comes back as it is', async () => {
  const { signal } = new AbortController();
  const missing = supervise(jobFor('/nowhere', { directory: 'nowhere' }), { packs: hostile, listener: silent, signal });
  await expect(missing).rejects.toSatisfy(
    (error) => CliErrors.DIRECTORY_MISSING.is(error) && error.params.directory === 'nowhere',
  );
});

test('packs that cannot be loaded are an error', async () => {
  const { signal } = new AbortController();
  const packs = new URL('../fixtures/nowhere.ts', import.meta.url);
  await expect(supervise(jobFor(writeProject({ 'a.js': '' })), { packs, listener: silent, signal })).rejects.toThrow(
    /nowhere\.ts/,
  );
});

test('no thread outlives the audit', async () => {
  const before = process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length;
  const { signal } = new AbortController();
  await supervise(jobFor(writeProject({ 'a.js': '' })), {
    packs: new URL('../../src/rules/packs.ts', import.meta.url),
    listener: silent,
    signal,
  });
  await wait(0);
  expect(process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length).toBe(before);
});

test('a thread that has ended before it has its job is no audit', async () => {
  const thread = startThread(hostile);
  await thread.close();
  const { signal } = new AbortController();
  const lost = supervise(jobFor('/'), { packs: hostile, listener: silent, signal, thread });
  await expect(lost).rejects.toMatchObject({ code: CliErrors.AUDIT_LOST.code });
});
