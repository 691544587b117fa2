// Does a record get lost, repeated or torn when a million of them go to files that rotate, and processes are killed at
// random moments? Each line of standard output is one finding; nothing on it means that all is well.
import { killRepeatedly, type KillingOptions } from '../test/integration/killing.ts';

const [minutes = '5'] = process.argv.slice(2);
const endsAt = Date.now() + Number(minutes) * 60_000;
const mostRecords = 1_000_000;

const rounds: readonly KillingOptions[] = [
  { durability: 'adaptive', processes: 1, kills: 20, limit: 50_000, size: '1m' },
  { durability: 'adaptive', processes: 3, kills: 20, limit: 50_000, size: '1m' },
  { durability: 'turn', processes: 3, kills: 20, limit: 50_000, size: '256k' },
  { durability: 'record', processes: 1, kills: 20, limit: 50_000, size: '1m' },
  { durability: 'record', processes: 3, kills: 20, limit: 50_000, size: '256k' },
];

let records = 0;
let kills = 0;
for (let round = 0; Date.now() < endsAt && records < mostRecords; round += 1) {
  const options = rounds[round % rounds.length] as KillingOptions;
  const { missing, repeated, torn, leftovers, ...report } = await killRepeatedly(options);
  records += report.records;
  kills += options.kills * options.processes;
  const findings = { missing, repeated, torn, leftovers };
  const isClean = Object.values(findings).every(({ length }) => length === 0);
  if (!isClean) process.stdout.write(`${JSON.stringify({ ...options, ...report, ...findings })}\n`);
  process.stderr.write(`${options.durability}, ${options.processes} processes: ${JSON.stringify(report)}\n`);
}
process.stderr.write(`${records} records in ${kills} kills were looked for.\n`);
