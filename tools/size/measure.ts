import { builtinModules } from 'node:module';
import { join } from 'node:path';
import preset from '@size-limit/preset-small-lib';
import sizeLimit from 'size-limit';
import { readManifest } from '../repository/projects.ts';

/**
 * The bytes of a built entry: the package's own code, bundled, minified and compressed with brotli. Node and what the
 * package declares as a dependency are not counted: they have budgets, or owners, of their own.
 */
export async function measure(root: string, path: string): Promise<number> {
  const [floor = '', name = ''] = path.split('/');
  const { dependencies, peerDependencies } = readManifest(join(root, floor, name));
  const declared = Object.keys({ ...dependencies, ...peerDependencies });
  const ignore = [...builtinModules.flatMap((module) => [module, `node:${module}`]), ...declared];
  const checks = [{ files: [join(root, path)], ignore }];
  const [answer]: readonly { size?: number }[] = Object.values(await sizeLimit(preset, { cwd: root, checks }));
  if (answer?.size === undefined) throw new Error(`${path} could not be measured. Run npm run build.`);
  return answer.size;
}
