// The same plugin in three places: the process itself, a thread, and a closed process, where it is refused what it was not granted.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPluginHost, folder, folderState, processTier, workerTier, type Tier } from '@seaworthy/plugins';

const manifest = {
  api: '^0.1.0',
  activation: ['command:notes.add', 'command:notes.peek'],
  contributes: { commands: [{ id: 'notes.add' }, { id: 'notes.peek' }] },
};
const code = `export default {
  onInit(ctx) {
    ctx.command({
      id: 'notes.add',
      run: async (text) => {
        const notes = [...((await ctx.state.get('notes')) ?? []), text];
        await ctx.state.set('notes', notes);
        return notes.length;
      },
    });
    ctx.command({
      id: 'notes.peek',
      run: async () => Object.keys(await import('node:os')).length > 0,
    });
  },
};
`;

const root = await mkdtemp(join(tmpdir(), 'tiers-'));
const plugins = join(root, 'plugins');
try {
  await mkdir(join(plugins, 'notes'), { recursive: true });
  const content = { name: 'notes', version: '1.0.0', type: 'module', seaworthy: manifest };
  await writeFile(join(plugins, 'notes/package.json'), JSON.stringify(content));
  await writeFile(join(plugins, 'notes/index.js'), code);
  await run('inline');
  await run('worker', workerTier());
  await run('process', processTier());
} finally {
  await rm(root, { recursive: true });
}

async function run(name: string, tier?: Tier): Promise<void> {
  const host = await createPluginHost({
    sources: [folder(plugins)],
    state: folderState(join(root, 'state')),
    ...(tier && { tiers: [tier], policy: { isolation: tier.name } }),
  });
  try {
    await host.start();
    const [before] = host.status();
    const [add, peek] = host.commands();
    const count = await add?.run(`a note from ${name}`);
    const peeked = await peek?.run().catch((error: unknown) => Object(error).code);
    const [after] = host.status();
    console.log(`${name}: ${before?.state}, then ${after?.state}; notes: ${String(count)}; node:os: ${String(peeked)}`);
  } finally {
    await host.close();
  }
}
