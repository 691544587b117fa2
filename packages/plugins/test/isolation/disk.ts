import { createPluginHost, folder } from '../../src/index.ts';
import type { FolderOptions, PluginHost, PluginHostOptions, Tier } from '../../src/index.ts';
import { packages, type Packages } from '../packages.ts';

/** A line of the log of a host. */
export interface Line {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A host whose plugins lie on disk and run in one tier. */
export interface Hosted extends AsyncDisposable {
  readonly host: PluginHost;
  readonly disk: Packages;
  readonly log: readonly Line[];
  run(command: string, args?: unknown, options?: { readonly signal?: AbortSignal }): Promise<unknown>;
}

type Plugins = Readonly<Record<string, string | { readonly code: string; readonly manifest?: object }>>;

/** Writes plugins to disk and starts them in a tier. */
export async function hosted(
  tier: Tier,
  plugins: Plugins,
  options: Partial<PluginHostOptions> = {},
  source: FolderOptions = {},
): Promise<Hosted> {
  const disk = await packages();
  for (const [name, given] of Object.entries(plugins)) {
    const { code, manifest = {} } = typeof given === 'string' ? { code: given } : given;
    await disk.add(name, manifest, { 'index.js': code });
  }
  const log: Line[] = [];
  const line = (level: Line['level']) => (fields: object, message: string) =>
    void log.push({ level, message, fields: { ...fields } });
  const logger = { info: line('info'), warn: line('warn'), error: line('error') };
  const policy = { ...options.policy, isolation: tier.name };
  const host = await createPluginHost({
    sources: [folder(disk.path, source)],
    tiers: [tier],
    logger,
    ...options,
    policy,
  });
  await host.start();
  return {
    host,
    disk,
    log,
    async run(command, args, runOptions) {
      const found = host.commands().find(({ id }) => id === command);
      if (!found) throw new Error(`There is no command ${command}: ${JSON.stringify(host.status())}`);
      return await found.run(args, runOptions);
    },
    async [Symbol.asyncDispose]() {
      try {
        await host.close();
      } finally {
        await disk[Symbol.asyncDispose]();
      }
    },
  };
}

/** A plugin with one command, `<id>.try`, whose body is given. */
export function trying(id: string, body: string, head = ''): string {
  return `${head}
export default {
  onInit(ctx) {
    ctx.command({ id: '${id}.try', run: async (args, { signal }) => { ${body} } });
  },
};
`;
}
