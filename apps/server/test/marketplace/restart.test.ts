import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { askMarket, marketClient } from '../support/market-client.ts';
import { pluginArchive } from '../support/plugin-archive.ts';
import { runServer } from '../support/run-server.ts';
import { publishDocument } from '../support/tarball.ts';

test('a certification that was being checked when the server was killed is checked again, and downloads are there', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'seaworthy-restart-'));
  const variables = { SEAWORTHY_DATA_DIR: join(folder, 'data') };
  try {
    const first = await runServer(variables);
    const ada = await marketClient(first.url, 'ada');
    const archive = pluginArchive('tax', '1.0.0');
    await ada.npm.send('PUT', '/tax', publishDocument('tax', '1.0.0', { archive }));
    await (await ada.npm.get('/tax/-/tax-1.0.0.tgz')).arrayBuffer();
    const { id } = (await ada.api('POST', '/plugins/tax/certifications', { version: '1.0.0' })).body as { id: number };
    const stateOf = async (url: string) =>
      (await askMarket(url, 'GET', `/certifications/${id}`)).body as {
        state: string;
        steps: readonly { note: string }[];
      };
    await expect.poll(async () => (await stateOf(first.url)).state).toBe('refused');
    await first.stop();
    // As a server leaves it that is killed in the middle.
    const database = new DatabaseSync(join(folder, 'data/server.sqlite'));
    database.exec("UPDATE certifications SET state = 'checking', checks = '[]', reasons = '[]'");
    database.close();

    const second = await runServer(variables);
    try {
      await expect.poll(async () => (await stateOf(second.url)).state).toBe('refused');
      const { steps } = await stateOf(second.url);
      expect(steps.map(({ note }) => note)).toContain('the server was stopped while it checked');
      const { body } = await askMarket(second.url, 'GET', '/plugins/tax/downloads');
      expect(body).toMatchObject({ total: 1, days: [{ version: '1.0.0', count: 1 }] });
    } finally {
      await second.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
