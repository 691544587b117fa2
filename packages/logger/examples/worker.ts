// Records that a thread of its own writes: a slow remote never holds the program.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, worker } from '@seaworthy/logger';

const folder = mkdtempSync(join(tmpdir(), 'logger-example-'));
const path = join(folder, 'orders.log');
const remote = worker({ module: new URL('./remote/file.ts', import.meta.url), options: { path } });
const log = createLogger({ name: 'shop', sinks: [remote], base: {} });

for (let order = 1; order <= 3; order += 1) log.info({ order }, 'order taken');
await log.close();

for (const line of readFileSync(path, 'utf8').trim().split('\n')) {
  const { level, message, order } = JSON.parse(line) as { level: string; message: string; order: number };
  console.log(`${level} ${message} ${order}`);
}
rmSync(folder, { recursive: true });
