import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { median } from './harness.ts';

const built = new URL('../dist/index.js', import.meta.url);

/** Median milliseconds that importing takes in a fresh process: ours as it is published, then the peers. */
export function measureImports(peers: readonly string[], rounds: number): readonly number[] {
  if (!existsSync(built)) {
    process.stderr.write(`${fileURLToPath(built)} is missing. Build the package before measuring its import.\n`);
    process.exit(3);
  }
  const modules = [built.href, ...peers.map((peer) => import.meta.resolve(peer))];
  const samples: number[][] = modules.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, module] of modules.entries()) samples[index]?.push(importMs(module));
  }
  return samples.map(median);
}

function importMs(module: string): number {
  const program = `const startedAt = performance.now(); await import(${JSON.stringify(module)}); console.log(performance.now() - startedAt);`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' });
  return Number(stdout);
}
