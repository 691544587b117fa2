import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

// What the guide says that Node's permission model does not close by itself. When one of these fails, Node has become stricter:
// say so there.

const hasAllowNet = process.allowedNodeEnvironmentFlags.has('--allow-net');

async function runClosed(code: string, ...args: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'seaworthy-claims-'));
  const file = join(folder, 'program.mjs');
  await writeFile(file, code);
  const flags = ['--permission', `--allow-fs-read=${file}`, '--disable-warning=ExperimentalWarning'];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, file, ...args], { env: {} });
  await rm(folder, { recursive: true });
  return stdout.trim();
}

test(`the permission model ${hasAllowNet ? 'closes' : 'leaves open'} the network`, async () => {
  const server = createServer((socket) => socket.end('hello'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const code = `import net from 'node:net';
net.connect(Number(process.argv[2]), '127.0.0.1').on('data', (data) => console.log(String(data))).on('error', (error) => console.log(error.code));`;
  expect(await runClosed(code, String(port))).toBe(hasAllowNet ? 'ERR_ACCESS_DENIED' : 'hello');
  await new Promise((resolve) => server.close(resolve));
});

test('the permission model lets node:sqlite write outside of the granted paths', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'seaworthy-claims-'));
  const file = join(folder, 'outside.db');
  const code = `import { DatabaseSync } from 'node:sqlite'; new DatabaseSync(process.argv[2]).exec('create table t (n)'); console.log('written');`;
  expect(await runClosed(code, file)).toBe('written');
  expect((await stat(file)).size).toBeGreaterThan(0);
  await rm(folder, { recursive: true });
});
