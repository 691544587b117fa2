import { spawnSync } from 'node:child_process';
import { median } from './harness.ts';

/**
 * Median milliseconds that importing takes in a fresh process, by the names that users write. Ours is the built package:
 * the condition for sources is not passed on. `npm run bench` has built it; without it the import fails, and so do we.
 */
export function measureImports(names: readonly string[], rounds: number): readonly number[] {
  const samples: number[][] = names.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, name] of names.entries()) samples[index]?.push(importMs(name));
  }
  return samples.map(median);
}

function importMs(name: string): number {
  const program = `const startedAt = performance.now(); await import(${JSON.stringify(name)}); console.log(performance.now() - startedAt);`;
  // `--baseline` puts the last release in the place of ours by a preload.
  const preloads = process.execArgv.filter((argument) => argument.startsWith('--import='));
  const args = [...preloads, '--input-type=module', '--eval', program];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', cwd: import.meta.dirname });
  const milliseconds = Number.parseFloat(stdout);
  if (Number.isFinite(milliseconds)) return milliseconds;
  process.stderr.write(`${name} could not be imported. Run it by npm run bench, which builds first.\n${stderr}`);
  return process.exit(3);
}
