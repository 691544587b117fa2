// The command line sends a report with a token that was made for reports, at the page where people make them.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { memory } from '@seaworthy/logger';
import { startServer } from '../../../../apps/server/src/compose.ts';
import { loadSettings } from '../../../../apps/server/src/settings.ts';
import { browserClient } from '../../../../apps/server/test/support/browser-client.ts';
import { registryClient } from '../../../../apps/server/test/support/registry-client.ts';
import { password } from '../../../../apps/server/test/support/npm-client.ts';
import { plainEnvironment } from '../../../process/program.ts';
import { run } from '../../../process/run.ts';
import { root } from '../../../repository/root.ts';

const report = join(root, 'apps/cli/examples/faulty-service/expected.json');
const main = join(root, 'apps/cli/src/main.ts');

async function tokenOf(url: string, name: string): Promise<string> {
  await registryClient(url, name);
  const browser = browserClient(url);
  await browser.signIn(name, password);
  const made = await browser.send(await browser.get('/account'), '/account/tokens', { name: 'ci', scope: 'reports' });
  return /swt_[\w-]{43}/.exec(made.markup)?.[0] ?? '';
}

test('a report is pushed with a token of an account, which owns the project then; nobody else sees or sends it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'seaworthy-push-'));
  const variables = {
    PORT: '0',
    SEAWORTHY_DATA_DIR: folder,
    SEAWORTHY_MANAGEMENT_PORT: '0',
    SEAWORTHY_PUSH_TOKEN: 'the-token-of-this-test',
    SEAWORTHY_REPORTS_DEFAULT_VISIBILITY: 'private',
    SEAWORTHY_SHUTDOWN_IDLE: 'prompt',
  };
  const config = await loadSettings({ variables, args: [], cwd: folder });
  const server = await startServer(config, { sinks: [memory()], signals: [], exit: () => undefined });
  const push = (token: string) =>
    run(process.execPath, ['--conditions=@seaworthy/source', main, 'report', 'push', report, '--url', server.url], {
      cwd: root,
      env: { ...plainEnvironment(), SEAWORTHY_PUSH_TOKEN: token },
      timeoutMs: 60_000,
    });
  try {
    const [ada, bob] = await Promise.all(['ada', 'bob'].map((name) => tokenOf(server.url, name)));
    const pushed = await push(ada as string);
    expect(pushed).toMatchObject({ code: 0, stderr: '' });
    const refused = await push(bob as string);
    expect([refused.code === 0, refused.stderr]).toEqual([false, expect.stringContaining('takes no reports from you')]);
    const page = new URL(pushed.stdout.trim()).pathname;
    const seen = async (token?: string) =>
      (await fetch(server.url + page, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }))
        .status;
    expect([await seen(ada), await seen(bob), await seen()]).toEqual([200, 404, 404]);
  } finally {
    await server.life.stop('test');
    await server.ended;
    rmSync(folder, { recursive: true, force: true });
  }
  expect(existsSync(folder)).toBe(false);
}, 120_000);
