// Does an audit log hold through processes that are killed at random moments, again and again?
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { auditLog, verifyAudit } from '../src/index.ts';
import { start } from '../test/integration/programs.ts';

const [minutes = '5'] = process.argv.slice(2);
const endsAt = Date.now() + Number(minutes) * 60_000;
const mostKills = 200;
const directory = mkdtempSync(join(tmpdir(), 'seaworthy-audit-soak-'));
const path = join(directory, 'audit.log');
let acknowledged = 0;
let kills = 0;

try {
  for (; Date.now() < endsAt && kills < mostKills; kills += 1) {
    const program = start('auditing', [path]);
    let told = '';
    program.stdout.on('data', (chunk: Buffer) => (told += String(chunk)));
    const closed = once(program, 'close');
    await once(program.stdout, 'data');
    await wait(randomInt(1, 100));
    program.kill('SIGKILL');
    await closed;
    acknowledged = Number(told.slice(0, told.lastIndexOf('\n')).split('\n').at(-1));
    await auditLog({ path }).close();
    const report = await verifyAudit(path);
    if (report.isValid && report.entries >= acknowledged) continue;
    process.stdout.write(`${JSON.stringify({ kills, acknowledged, ...report })}\n`);
    break;
  }
  process.stderr.write(`${acknowledged} entries in ${kills} kills were looked for.\n`);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
