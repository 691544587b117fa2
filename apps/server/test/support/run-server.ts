import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memory, type MemorySink } from '@seaworthy/logger';
import { startServer, type Server } from '../../src/compose.ts';
import { loadSettings } from '../../src/settings.ts';

export interface RunningServer extends Server {
  readonly log: MemorySink;
  readonly folder: string;
  stop(): Promise<void>;
}

/** The real server on free ports, with its data in a folder of its own and its log in memory. */
export async function runServer(variables: Readonly<Record<string, string>> = {}): Promise<RunningServer> {
  const folder = mkdtempSync(join(tmpdir(), 'seaworthy-server-'));
  const log = memory();
  try {
    const config = await loadSettings({
      variables: {
        PORT: '0',
        SEAWORTHY_DATA_DIR: join(folder, 'data'),
        SEAWORTHY_MANAGEMENT_PORT: '0',
        SEAWORTHY_MANAGEMENT_TOKEN: managementToken,
        SEAWORTHY_SHUTDOWN_IDLE: 'prompt',
        ...variables,
      },
      args: [],
      cwd: folder,
    });
    const server = await startServer(config, { sinks: [log], signals: [], exit: () => undefined });
    const stop = async (): Promise<void> => {
      await server.life.stop('test');
      await server.ended;
      rmSync(folder, { recursive: true, force: true });
    };
    return { ...server, log, folder, stop };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

export const managementToken = 'only-for-these-tests';

export const manage = (server: Server, path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(new URL(path, server.managementUrl), {
    ...init,
    headers: { authorization: `Bearer ${managementToken}`, 'content-type': 'application/json' },
  });
