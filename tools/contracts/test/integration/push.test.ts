import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { memory } from '@seaworthy/logger';
import { startServer } from '../../../../apps/server/src/compose.ts';
import { loadSettings } from '../../../../apps/server/src/settings.ts';
import { plainEnvironment } from '../../../process/program.ts';
import { run } from '../../../process/run.ts';
import { root } from '../../../repository/root.ts';

const report = join(root, 'apps/cli/examples/faulty-service/expected.json');

test('the command line pushes a report to the real server, and pushing it again gives the same page', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'seaworthy-push-'));
  const variables = {
    PORT: '0',
    SEAWORTHY_DATA_DIR: folder,
    SEAWORTHY_MANAGEMENT_PORT: '0',
    SEAWORTHY_SHUTDOWN_IDLE: 'prompt',
  };
  const config = await loadSettings({ variables, args: [], cwd: folder });
  const server = await startServer(config, { sinks: [memory()], signals: [], exit: () => undefined });
  try {
    const first = await push(server.url);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toMatch(new RegExp(`^${server.url}/reports/[\\w-]+\\n$`));
    expect(await push(server.url)).toEqual(first);
    expect(await (await fetch(first.stdout.trim())).text()).toContain('SEA-R012');
  } finally {
    await server.life.stop('test');
    await server.ended;
    rmSync(folder, { recursive: true, force: true });
  }
});

async function push(url: string): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const main = join(root, 'apps/cli/src/main.ts');
  const { code, stdout, stderr } = await run(
    process.execPath,
    ['--conditions=@seaworthy/source', main, 'report', 'push', report, '--url', url],
    { cwd: root, env: plainEnvironment(), timeoutMs: 60_000 },
  );
  return { code, stdout, stderr };
}
