import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { measureCommands, startTelemetry, type CommandMeasurements, type Telemetry } from '../src/node.ts';
import { samplesOf, sumOf } from './support/samples.ts';

const run = promisify(execFile);
const count = 'seaworthy_command_duration_seconds_count';
const node = process.execPath;

let telemetry: Telemetry;
let commands: CommandMeasurements;

beforeEach(async () => {
  telemetry = await startTelemetry({ service: 'commands', runtime: false });
  commands = measureCommands({ quotas: { deploy: { limit: 2, windowMs: 60_000 } }, maxCommands: 3 });
});

afterEach(async () => {
  commands[Symbol.dispose]();
  await telemetry.close();
});

test('a command that works, one that fails and one that is killed count apart', async () => {
  await run(node, ['-e', '']);
  await expect(run(node, ['-e', 'process.exit(3)'])).rejects.toMatchObject({ code: 3 });
  const child = spawn(node, ['-e', 'setTimeout(() => {}, 60000)']);
  await once(child, 'spawn');
  expect(sumOf(await samplesOf(telemetry), 'seaworthy_command_active')).toBe(1);
  child.kill('SIGKILL');
  await once(child, 'close');
  const samples = await samplesOf(telemetry);
  const of = { process_executable_name: 'node' };
  expect(sumOf(samples, count, { ...of, outcome: 'ok' })).toBe(1);
  expect(sumOf(samples, count, { ...of, outcome: 'error', error_type: 'exit-3' })).toBe(1);
  expect(sumOf(samples, count, { ...of, outcome: 'killed', error_type: 'SIGKILL' })).toBe(1);
  expect(sumOf(samples, 'seaworthy_command_active')).toBe(0);
});

test('a command that does not exist did not start, and its error stays the one of the program', async () => {
  const child = spawn(join(import.meta.dirname, 'no-such-program'));
  const [error] = (await once(child, 'error').catch((thrown: unknown) => [thrown])) as [NodeJS.ErrnoException];
  expect(error.code).toBe('ENOENT');
  const samples = await samplesOf(telemetry);
  expect(sumOf(samples, count, { outcome: 'not-started', error_type: 'ENOENT' })).toBe(1);
  expect(sumOf(samples, 'seaworthy_command_active')).toBe(0);
});

test('a command elsewhere is measured by hand: its result and its error pass through', async () => {
  expect(await commands.run('deploy', () => Promise.resolve('done'))).toBe('done');
  const failure = Object.assign(new Error('refused'), { name: 'Refused' });
  await expect(commands.run('deploy', () => Promise.reject(failure))).rejects.toBe(failure);
  const samples = await samplesOf(telemetry);
  expect(sumOf(samples, count, { process_executable_name: 'deploy', outcome: 'ok' })).toBe(1);
  expect(sumOf(samples, count, { process_executable_name: 'deploy', error_type: 'Refused' })).toBe(1);
});

test('a quota shows its limit, what is used of it, and what went above; its time goes by without another use', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  for (let index = 0; index < 3; index += 1) await commands.run('deploy', () => Promise.resolve());
  const samples = await samplesOf(telemetry);
  expect(sumOf(samples, 'seaworthy_command_quota_limit')).toBe(2);
  expect(sumOf(samples, 'seaworthy_command_quota_used')).toBe(3);
  expect(sumOf(samples, 'seaworthy_command_quota_exceeded_total')).toBe(1);
  const used = async (): Promise<number> => sumOf(await samplesOf(telemetry), 'seaworthy_command_quota_used');
  vi.advanceTimersByTime(59_999);
  expect(await used()).toBe(3);
  vi.advanceTimersByTime(1);
  expect(await used()).toBe(0);
});

test('commands above the limit share one series', async () => {
  for (const name of ['a', 'b', 'c', 'd', 'e']) await commands.run(name, () => Promise.resolve());
  const samples = await samplesOf(telemetry);
  expect(sumOf(samples, count, { process_executable_name: '_OTHER' })).toBe(2);
  expect(sumOf(samples, count)).toBe(5);
});

test('after disposing nothing more is measured', async () => {
  commands[Symbol.dispose]();
  await run(node, ['-e', '']);
  expect(sumOf(await samplesOf(telemetry), count)).toBe(0);
});
