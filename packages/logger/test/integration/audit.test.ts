import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { auditLog, verifyAudit } from '../../src/index.ts';
import { start } from './programs.ts';

test('entries that were acknowledged survive SIGKILL, and the next process goes on', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'seaworthy-auditing-'));
  const path = join(directory, 'audit.log');
  try {
    const program = start('auditing', [path]);
    let told = '';
    program.stdout.on('data', (chunk: Buffer) => {
      told += String(chunk);
      if (told.split('\n').length > 50) program.kill('SIGKILL');
    });
    await once(program, 'close');
    const acknowledged = Number(told.trimEnd().split('\n').at(-1));
    const audit = auditLog({ path });
    await audit.record('after');
    await audit.close();
    const report = await verifyAudit(path);
    expect(report.isValid).toBe(true);
    expect(report.entries).toBeGreaterThan(acknowledged);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
