// How long does a program with a thousand plugins take to start? Everything is measured from nothing: making the host,
// handing it the plugins, and starting them. With `--expose-gc` garbage of one side is not paid for by the next.
// Backstage's initialiser is installed for it; where npm cannot, that is said and it is not compared.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import avvio from 'avvio';
import { createPluginHost, indexFolder, inline, type PluginEntry } from '../src/index.ts';
import { installBackstage } from './backstage.ts';
import { compare } from './harness.ts';

const isQuick = process.argv.includes('--quick');
const count = 1_000;
const ids = Array.from({ length: count }, (_, index) => `plugin-${index}`);

const waiting: readonly PluginEntry[] = ids.map((id) => ({ manifest: { id }, plugin: { onInit: () => oneMs() } }));

const backstage = installBackstage();
if ('reason' in backstage)
  process.stderr.write(`Backstage is not compared, it was not installed: ${backstage.reason}\n`);
// A program starts once, with code that V8 sees for the first time; a test suite starts hundreds of times.
for (const { when, starts } of [
  { when: 'for the first time in a process', starts: 1 },
  { when: 'again and again', starts: 200 },
]) {
  const started = (side: string): number => inProcess('boot-program.ts', side, String(starts));
  await compare({
    name: `start ${count} plugins that do nothing, ${when}`,
    unit: 'ms',
    ours: () => started('start'),
    peers: [
      { name: 'avvio', target: 1 / 2, measure: () => started('start-avvio') },
      ...('folder' in backstage
        ? [
            {
              name: 'Backstage',
              target: 1 / 20,
              measure: () => inProcess('backstage-program.ts', backstage.folder, String(count), String(starts)),
            },
          ]
        : []),
    ],
    rounds: isQuick ? 3 : 9,
    warmUp: 1,
  });
}
await compare({
  name: `start ${count} plugins that take 1 ms each`,
  unit: 'ms',
  ours: () => timed(() => startOurs(waiting)),
  peers: [{ name: 'avvio', target: 1 / 15, measure: () => timed(() => startAvvio(oneMs)) }],
  rounds: isQuick ? 3 : 9,
  warmUp: 1,
});

const path = mkdtempSync(join(tmpdir(), 'seaworthy-boot-'));
try {
  for (const id of ids) writePackage(id);
  await indexFolder(path);
  await compare({
    name: `discover ${count} plugins of an indexed folder, without loading them`,
    unit: 'ms',
    ours: () => inProcess('boot-program.ts', 'discover', path),
    peers: [
      { name: 'importing all', target: 1 / 40, measure: () => inProcess('boot-program.ts', 'import', path) },
      { name: 'reading each package.json', measure: () => inProcess('boot-program.ts', 'read', path) },
    ],
    rounds: isQuick ? 3 : 9,
    warmUp: 1,
  });
} finally {
  rmSync(path, { recursive: true, force: true });
}

async function timed(task: () => Promise<void>): Promise<number> {
  const startedAt = process.hrtime.bigint();
  await task();
  return Number(process.hrtime.bigint() - startedAt) / 1e6;
}

async function startOurs(entries: readonly PluginEntry[]): Promise<void> {
  const host = await createPluginHost({ sources: [inline(entries)] });
  await host.start();
}

async function startAvvio(plugin: () => Promise<void>): Promise<void> {
  const app = avvio({}, { autostart: false });
  // A function of its own for each, as plugins are.
  for (const _ of ids) app.use(async () => plugin());
  await app.ready();
}

/** A plugin of the size of a small one: two modules. */
function writePackage(id: string): void {
  mkdirSync(join(path, id));
  const content = { name: id, version: '1.0.0', type: 'module', seaworthy: { api: '^0.1.0', provides: [id] } };
  writeFileSync(join(path, id, 'package.json'), JSON.stringify(content));
  writeFileSync(
    join(path, id, 'index.js'),
    `import { name } from './name.js';\nexport default { onInit: () => name };\n`,
  );
  writeFileSync(join(path, id, 'name.js'), `export const name = '${id}';\n`);
}

function inProcess(program: string, ...given: readonly string[]): number {
  const args = ['--conditions=@seaworthy/source', join(import.meta.dirname, program), ...given];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 120_000 });
  if (status !== 0) throw new Error(`The program "${program} ${given.join(' ')}" ended with ${status}: ${stderr}`);
  return Number(stdout);
}

function oneMs(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 1);
  });
}
