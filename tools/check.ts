// npm run check [-- <net> …]: every net, two at a time; one line each, then all that failed.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nets, type Net } from './check/nets.ts';
import { schedule } from './check/schedule.ts';
import { plainEnvironment } from './process/program.ts';
import { run } from './process/run.ts';
import { root } from './repository/root.ts';

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !nets.some((net) => net.name === name));
if (unknown.length > 0) {
  console.error(
    `There is no net named ${unknown.join(', ')}. The nets are ${nets.map(({ name }) => name).join(', ')}.`,
  );
  process.exit(2);
}

const chosen = wanted.length > 0 ? nets.filter(({ name }) => wanted.includes(name)) : nets;
const failures = new Map<string, string>();
await schedule(chosen, 2, runNet);

for (const [name, output] of failures) console.log(`\n--- npm run check:${name} ---\n${output.trim()}`);
const counts = { passed: chosen.length - failures.size, failed: failures.size, skipped: 0 };
console.log(`\n${counts.passed} of ${chosen.length} nets hold.`);
const file = process.env['SEAWORTHY_TEST_RESULT'];
if (file !== undefined) writeFileSync(file, `${JSON.stringify(counts)}\n`);
process.exitCode = failures.size > 0 ? 1 : 0;

async function runNet({ name }: Net): Promise<void> {
  const startedAt = performance.now();
  const { code, output } = await run(process.execPath, [...process.execArgv, join(root, `tools/check/${name}.ts`)], {
    cwd: root,
    env: plainEnvironment(),
    timeoutMs: 15 * 60_000,
  });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1).padStart(6);
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'}${seconds} s  ${name}`);
  if (code !== 0) failures.set(name, output);
}
