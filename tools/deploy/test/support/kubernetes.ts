import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '../../../process/program.ts';
import type { Manifest } from './manifests.ts';

const folder = join(import.meta.dirname, '..');

/**
 * What Kubernetes would refuse: required parts and formats by its schema, and fields that it does not have, by its types: the
 * schema alone lets those pass, and a misspelled probe would be no probe.
 */
export async function refusals(manifests: readonly Manifest[]): Promise<readonly string[]> {
  const broken = (await Promise.all(manifests.map(brokenRules))).flat();
  return [...broken, ...(await unknownFields(manifests))];
}

async function brokenRules(manifest: Manifest): Promise<readonly string[]> {
  const { [manifest.kind]: Model } = await import(`kubernetes-models/${manifest.apiVersion}`);
  try {
    new Model(manifest).validate();
    return [];
  } catch (error) {
    return [`${manifest.kind}/${manifest.metadata.name}: ${String(error)}`];
  }
}

async function unknownFields(manifests: readonly Manifest[]): Promise<readonly string[]> {
  // Beside the dependencies, so that the compiler finds the types.
  const place = mkdtempSync(join(folder, 'typed-'));
  try {
    const file = join(place, 'manifests.ts');
    writeFileSync(file, manifests.map(typed).join('\n'));
    const settings = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--types', ''];
    const { code, output } = await runProgram('tsc', [...settings, '--ignoreConfig', file]);
    return code === 0 ? [] : [output.trim()];
  } finally {
    rmSync(place, { recursive: true });
  }
}

function typed({ apiVersion, kind, ...rest }: Manifest, index: number): string {
  const literal = JSON.stringify({ apiVersion, kind, ...rest }, undefined, 1);
  return [
    `import type { I${kind} as T${index} } from 'kubernetes-models/${apiVersion}';`,
    `export const m${index}: T${index} = ${literal};`,
  ].join('\n');
}
