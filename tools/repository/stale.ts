import { existsSync, globSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Project } from './projects.ts';

/** Removes built files whose source is gone: the compiler leaves them, and npm would publish them. */
export function removeStaleOutputs(root: string, projects: readonly Project[]): void {
  for (const { folder } of projects) {
    for (const file of globSync('dist/**/*.{js,d.ts,js.map,d.ts.map}', { cwd: join(root, folder) })) {
      const source = file.replace(/^dist/, 'src').replace(/(\.d\.ts|\.js)(\.map)?$/, '.ts');
      if (!existsSync(join(root, folder, source))) rmSync(join(root, folder, file));
    }
  }
}
