import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../process/run.ts';
import { asUser, type Consumer } from './consumer.ts';

/** Imports every entry of the installed package, as ESM and with `require()`, and compares what the two give. */
export async function importProblems(
  consumer: Consumer,
  node: string,
  entries: readonly string[],
): Promise<readonly string[]> {
  await writeFile(join(consumer.folder, 'import.mjs'), importing(entries));
  await writeFile(join(consumer.folder, 'require.cjs'), requiring(entries));
  const [esm, cjs] = [await names(consumer, node, 'import.mjs'), await names(consumer, node, 'require.cjs')];
  if (esm.code !== 0) return [`import fails: ${esm.output.trim()}`];
  if (cjs.code !== 0) return [`require() fails: ${cjs.output.trim()}`];
  if (esm.stdout === cjs.stdout) return [];
  return [`import and require() give different names: ${esm.stdout.trim()} and ${cjs.stdout.trim()}`];
}

function names(consumer: Consumer, node: string, file: string): ReturnType<typeof run> {
  return run(node, [file], asUser(consumer.folder));
}

function importing(entries: readonly string[]): string {
  const loads = entries.map((entry) => `await import(${JSON.stringify(entry)})`);
  return printing(loads);
}

function requiring(entries: readonly string[]): string {
  return printing(entries.map((entry) => `require(${JSON.stringify(entry)})`));
}

// An ESM namespace given to require() may carry the marks that tools for CommonJS look for.
function printing(loads: readonly string[]): string {
  return `
    const modules = [${loads.join(', ')}];
    const marks = new Set(['__esModule', 'module.exports']);
    console.log(JSON.stringify(modules.map((m) => Object.keys(m).filter((name) => !marks.has(name)).sort())));
  `;
}
