import { afterEach } from 'vitest';
import { startManagement, type Management, type ManagementOptions } from '../src/index.ts';
import { ask, json, withToken, type Got } from './client.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(undo.splice(0).map((run) => run()));
});

/** Runs after the test. */
export function afterwards(run: () => unknown): void {
  undo.push(run);
}

/** Starts a server on a free port that is closed after the test. */
export async function start(options: ManagementOptions = {}): Promise<Management> {
  const management = await startManagement({ port: 0, ...options });
  afterwards(() => management.close());
  return management;
}

/** Posts a body with the token. */
export function post(
  management: Management,
  path: string,
  body: string,
  headers: Readonly<Record<string, string>> = json,
): Promise<Got> {
  return ask(management.url, path, { method: 'POST', body, headers: { ...withToken, ...headers } });
}
