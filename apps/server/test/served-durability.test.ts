import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { addressesOf, runProgram, type Program } from './support/program.ts';
import { registryClient } from './support/registry-client.ts';

interface History {
  readonly versions: readonly { readonly version: number; readonly by: string }[];
}

test(
  'killed while flags and schemas are changed, the server keeps every change that it answered',
  { timeout: 180_000 },
  async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'seaworthy-served-'));
    let program: Program | undefined;
    onTestFinished(async () => {
      await program?.end();
      rmSync(dataDir, { recursive: true, force: true });
    });
    const start = async (): Promise<string> => {
      program = runProgram({ PORT: '0', SEAWORTHY_DATA_DIR: dataDir, SEAWORTHY_FLAGS_ADMINS: 'ada' });
      return (await addressesOf(program)).url;
    };
    const url = await start();
    const { token } = await registryClient(url, 'ada');
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const ask = async (base: string, method: string, path: string, body?: object): Promise<unknown> => {
      const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
      const response = await fetch(new URL(path, base), init);
      expect(response.status).toBe(200);
      return response.json();
    };

    const ids = new Map<string, number>();
    let newest = 1;
    const changes = {
      async flags(index: number) {
        const flag = { state: 'ENABLED', variants: { on: index }, defaultVariant: 'on' };
        newest = ((await ask(url, 'PUT', '/api/v1/flags/keys/count', flag)) as { version: number }).version;
      },
      async schemas(index: number) {
        const body = { schemaType: 'JSON', schema: JSON.stringify({ title: `${index}` }) };
        const answer = await ask(url, 'POST', `/schema-registry/subjects/s${index}/versions`, body);
        ids.set(`s${index}`, (answer as { id: number }).id);
      },
    };
    const lanes = Object.values(changes).map(async (change) => {
      try {
        for (let index = 0; ; index += 1) await change(index);
      } catch (error) {
        // The connection is gone with the server.
        if (!(error instanceof TypeError)) throw error;
      }
    });
    await expect.poll(() => Math.min(newest, ids.size), { timeout: 60_000, interval: 5 }).toBeGreaterThan(12);
    program?.child.kill('SIGKILL');
    await program?.exited;
    await Promise.all(lanes);

    const again = await start();
    const { versions } = (await ask(again, 'GET', '/api/v1/flags/history')) as History;
    expect(versions[0]?.version).toBeGreaterThanOrEqual(newest);
    expect(versions.map(({ version }) => version)).toEqual(versions.map((_, index) => versions.length - index));
    for (const [subject, id] of ids) {
      expect(await ask(again, 'GET', `/schema-registry/subjects/${subject}/versions/1`)).toMatchObject({ id });
    }
  },
);
