// What a plugin host loads and refuses, written into the audit log of our logger, cannot be changed unnoticed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { auditLog, verifyAudit } from '@seaworthy/logger';
import { createPluginHost, folder } from '@seaworthy/plugins';
import { auditTo, createTrust } from '@seaworthy/plugins/trust';

let place = '';
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'contracts-audit-'));
  for (const name of ['one', 'two']) {
    await mkdir(join(place, 'plugins', name), { recursive: true });
    const seaworthy = { api: '*', permissions: { net: [`${name}.example.com`] } };
    const content = { name, version: '1.0.0', type: 'module', seaworthy };
    await writeFile(join(place, 'plugins', name, 'package.json'), JSON.stringify(content));
    const code = name === 'one' ? 'export default {}' : `import 'node:fs'; export default {}`;
    await writeFile(join(place, 'plugins', name, 'index.js'), code);
  }
});
afterAll(() => rm(place, { recursive: true, force: true }));

/** Starts and closes a host that lets unsigned plugins in, and refuses the one that imports a module of Node. */
async function runHost(path: string): Promise<void> {
  const log = auditLog({ path });
  try {
    const policy = { minimum: 'unsigned', isolation: { unsigned: 'inline' } } as const;
    const trust = createTrust({ policy, audit: auditTo(log) });
    const host = await createPluginHost({ sources: [folder(join(place, 'plugins'))], policy: trust });
    await host.start();
    await host.close();
  } finally {
    await log.close();
  }
}

async function linesOf(path: string): Promise<string[]> {
  return (await readFile(path, 'utf8')).trimEnd().split('\n');
}

test('every load, grant, refusal and result of a check is an entry', async () => {
  const path = join(place, 'all.log');
  await runHost(path);
  const entries = (await linesOf(path)).map((line): { event: string; plugin: string } => JSON.parse(line));
  expect(entries.map(({ event, plugin }) => `${event} ${plugin}`).toSorted()).toEqual([
    'plugin.granted one',
    'plugin.loaded one',
    'plugin.refused two',
    'plugin.scanned one',
    'plugin.scanned two',
    'plugin.stopped one',
    'plugin.verified one',
    'plugin.verified two',
  ]);
  expect(entries.find(({ event }) => event === 'plugin.granted')).toMatchObject({
    version: '1.0.0',
    tier: 'inline',
    permissions: { net: ['one.example.com'] },
  });
  expect(await verifyAudit(path)).toMatchObject({ isValid: true, entries: 8 });
});

test('a restart goes on with the chain, also after a process was killed while it wrote', async () => {
  const path = join(place, 'restart.log');
  await runHost(path);
  await appendFile(path, '{"seq":9,"timestamp":"2030-01-0');
  await runHost(path);
  expect(await verifyAudit(path)).toMatchObject({ isValid: true, entries: 17 });
  expect((await linesOf(path))[8]).toContain('"event":"audit.recovered"');
});

test('what a host had granted before it was killed is in the log', async () => {
  const path = join(place, 'killed.log');
  const script = `import { auditLog } from '@seaworthy/logger';
    import { auditTo } from '@seaworthy/plugins/trust';
    const trail = auditTo(auditLog({ path: ${JSON.stringify(path)} }));
    await trail.record({ event: 'granted', plugin: 'one', version: '1.0.0', details: { tier: 'inline' } });
    process.stdout.write('granted');
    process.kill(process.pid, 'SIGKILL');`;
  const args = ['--conditions=@seaworthy/source', '--input-type=module', '--eval', script];
  const child = spawn(process.execPath, args, { cwd: import.meta.dirname, stdio: ['ignore', 'pipe', 'inherit'] });
  await Promise.all([once(child.stdout, 'data'), once(child, 'exit')]);
  expect(child.signalCode ?? child.exitCode).not.toBe(0);
  expect(await verifyAudit(path)).toMatchObject({ isValid: true, entries: 1 });
});

type Change = readonly [title: string, change: (lines: string[]) => void, line: number];
const changes: readonly Change[] = [
  ['edited', (lines) => void lines.splice(2, 1, String(lines[2]).replace('1.0.0', '1.0.1')), 3],
  ['removed', (lines) => void lines.splice(3, 1), 4],
  ['swapped', (lines) => void lines.splice(4, 2, String(lines[5]), String(lines[4])), 5],
  ['added', (lines) => void lines.splice(1, 0, String(lines[0])), 2],
];
for (const [title, change, line] of changes) {
  test(`an entry that was ${title} is named by its line`, async () => {
    const path = join(place, `${title}.log`);
    await runHost(path);
    const lines = await linesOf(path);
    change(lines);
    await writeFile(path, `${lines.join('\n')}\n`);
    expect(await verifyAudit(path)).toMatchObject({ isValid: false, firstBad: { line } });
  });
}

test('an end that was cut off is noticed', async () => {
  const path = join(place, 'truncated.log');
  await runHost(path);
  const lines = await linesOf(path);
  await writeFile(path, `${lines.slice(0, -2).join('\n')}\n`);
  expect(await verifyAudit(path)).toMatchObject({ isValid: false, entries: 6 });
});
