import { npm } from '../process/npm.ts';
import { plainEnvironment } from '../process/program.ts';
import type { Registry } from './registry.ts';
import type { Staged } from './stage.ts';

/** Publishes a staged package to the local registry, with settings that know no other. */
export async function publish({ folder, project }: Staged, registry: Registry): Promise<void> {
  const settings = [`--registry=${registry.url}`, `--userconfig=${registry.publishConfig}`, '--provenance=false'];
  const { code, output } = await npm(['publish', '--tag=check', '--loglevel=error', ...settings], {
    cwd: folder,
    env: plainEnvironment(),
  });
  if (code !== 0) throw new Error(`${project.name} could not be published to the local registry: ${output.trim()}`);
}
