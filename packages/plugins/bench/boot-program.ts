// One way of starting plugins, or of finding those of a folder, in a process of its own: prints the milliseconds that it took.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import avvio from 'avvio';
import { createPluginHost, folder, inline } from '../src/index.ts';

const [way = '', given = ''] = process.argv.slice(2);
const ids = Array.from({ length: 1_000 }, (_, index) => `plugin-${index}`);
const nothing = ids.map((id) => ({ manifest: { id }, plugin: { onInit() {} } }));

const ways: Readonly<Record<string, () => Promise<unknown>>> = {
  async start() {
    const host = await createPluginHost({ sources: [inline(nothing)] });
    await host.start();
  },
  async 'start-avvio'() {
    const app = avvio({}, { autostart: false });
    // A function of its own for each, as plugins are.
    for (const _ of ids) app.use(async () => {});
    await app.ready();
  },
  // All that a host does before its start: finding, checking and ordering.
  discover: async () => createPluginHost({ sources: [folder(given)] }),
  async import() {
    const names = await packageNames();
    await Promise.all(names.map((name) => import(pathToFileURL(join(given, name, 'index.js')).href)));
  },
  async read() {
    await Promise.all((await packageNames()).map((name) => readFile(join(given, name, 'package.json'), 'utf8')));
  },
};

const times: number[] = [];
const count = way.startsWith('start') ? Number(given) : 1;
for (let round = 0; round < count; round += 1) {
  const startedAt = process.hrtime.bigint();
  await ways[way]?.();
  times.push(Number(process.hrtime.bigint() - startedAt) / 1e6);
}
process.stdout.write(`${times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]}\n`);

async function packageNames(): Promise<readonly string[]> {
  return (await readdir(given)).filter((name) => !name.startsWith('.'));
}
