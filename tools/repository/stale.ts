import { existsSync, globSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isPublished, type Project } from './projects.ts';

/**
 * Removes built files whose source is gone: the compiler leaves them, and npm would publish them. The JavaScript of
 * published packages is joined, so it has no sources of the same name; what is left of an earlier build goes with each new one.
 */
export function removeStaleOutputs(root: string, projects: readonly Project[]): void {
  for (const project of projects) {
    const { folder } = project;
    const written = isPublished(project) ? 'd.ts,d.ts.map' : 'js,d.ts,js.map,d.ts.map';
    for (const file of globSync(`dist/**/*.{${written}}`, { cwd: join(root, folder) })) {
      const source = file.replace(/^dist/, 'src').replace(/(\.d\.ts|\.js)(\.map)?$/, '.ts');
      if (!existsSync(join(root, folder, source))) rmSync(join(root, folder, file));
    }
  }
}
