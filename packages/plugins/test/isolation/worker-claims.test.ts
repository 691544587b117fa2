import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { workerTier } from '../../src/index.ts';
import { hosted, trying } from './disk.ts';

// What the README says that the tier "worker" does not stop. When one of these fails, Node has become stricter: say so there.

test('a thread reads and writes files of the process', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'seaworthy-claims-'));
  const file = join(folder, 'a.txt');
  const body = `const { writeFileSync, readFileSync } = await import('node:fs'); writeFileSync(args, 'was here'); return readFileSync('/etc/passwd', 'utf8').length > 0;`;
  await using it = await hosted(workerTier(), { a: trying('a', body) });
  expect(await it.run('a.try', file)).toBe(true);
  expect(await readFile(file, 'utf8')).toBe('was here');
  await rm(folder, { recursive: true });
});

test('a thread starts programs and opens sockets', async () => {
  const body = `
    const { execFileSync } = await import('node:child_process');
    const net = await import('node:net');
    const server = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    server.close();
    return String(execFileSync('echo', ['hello'])).trim();`;
  await using it = await hosted(workerTier(), { a: trying('a', body) });
  expect(await it.run('a.try')).toBe('hello');
});

test('a thread has the bindings of Node', async () => {
  await using it = await hosted(workerTier(), {
    a: trying('a', `return typeof process.binding + typeof process.getBuiltinModule('fs')`),
  });
  expect(await it.run('a.try')).toBe('functionobject');
});

test('a thread sees only the variables that it is granted, and cannot pollute the prototypes of the host', async () => {
  process.env['SEAWORTHY_GIVEN'] = 'yes';
  const body = `Object.prototype.polluted = true; return { ...process.env };`;
  await using it = await hosted(workerTier(), {
    a: { code: trying('a', body), manifest: { permissions: { env: ['SEAWORTHY_GIVEN'] } } },
  });
  expect(await it.run('a.try')).toEqual({ SEAWORTHY_GIVEN: 'yes' });
  expect('polluted' in {}).toBe(false);
  delete process.env['SEAWORTHY_GIVEN'];
});
