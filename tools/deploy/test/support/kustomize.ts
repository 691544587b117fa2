import { join } from 'node:path';
import { run } from '../../../process/run.ts';
import { root } from '../../../repository/root.ts';
import { parseManifests, type Manifest } from './manifests.ts';
import { programFor } from './programs.ts';

/** What kubectl makes of one folder below deploy/kubernetes; without kubectl the test is skipped. */
export async function kustomized(
  context: { skip(note?: string): never },
  folder: string,
): Promise<readonly Manifest[]> {
  const kubectl = programFor(context, 'kubectl', `deploy/kubernetes/${folder} is not put together`);
  const { code, stdout, output } = await run(kubectl, ['kustomize', join(root, 'deploy/kubernetes', folder)]);
  if (code !== 0) throw new Error(output);
  return parseManifests(stdout);
}
