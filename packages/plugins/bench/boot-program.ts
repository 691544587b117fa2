// One way of finding the plugins of a folder, in a process of its own: prints the milliseconds that it took.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createPluginHost, folder } from '../src/index.ts';

const [way = '', path = ''] = process.argv.slice(2);
const ways: Readonly<Record<string, () => Promise<unknown>>> = {
  // All that a host does before its start: finding, checking and ordering.
  discover: async () => createPluginHost({ sources: [folder(path)] }),
  async import() {
    const names = await packageNames();
    await Promise.all(names.map((name) => import(pathToFileURL(join(path, name, 'index.js')).href)));
  },
  async read() {
    await Promise.all((await packageNames()).map((name) => readFile(join(path, name, 'package.json'), 'utf8')));
  },
};

const startedAt = process.hrtime.bigint();
await ways[way]?.();
process.stdout.write(`${Number(process.hrtime.bigint() - startedAt) / 1e6}\n`);

async function packageNames(): Promise<readonly string[]> {
  return (await readdir(path)).filter((name) => !name.startsWith('.'));
}
