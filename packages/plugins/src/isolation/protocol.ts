// The methods that host and guest call on each other, and what goes with them.

/** How a plugin is named in calls; the host gives the numbers. */
export type PluginKey = number;

export const hookNames = [
  'onInit',
  'onStart',
  'onStop',
  'onDestroy',
  'onConfigChange',
  'onMigrate',
  'onMigrateConfig',
  'health',
] as const;
export type HookName = (typeof hookNames)[number];

/** What is wrong with the hooks of a plugin, if anything: one that is misspelt would never run. */
export function hookMistake(plugin: object): string | undefined {
  for (const [name, value] of Object.entries(Object.getOwnPropertyDescriptors(plugin))) {
    const isHook = (hookNames as readonly string[]).includes(name);
    if (!isHook && /^on[A-Z]/.test(name)) return `the hook ${name}, which is none of ${hookNames.join(', ')}`;
    if (isHook && !value.get && value.value !== undefined && typeof value.value !== 'function')
      return `a hook ${name} that is no function`;
  }
  return undefined;
}

/** What a guest is given of a plugin. */
export interface PluginInput {
  readonly key: PluginKey;
  readonly id: string;
  /** The URL of the entry, or its path in `files`. */
  readonly entry: string;
  /** Source texts by path; without it the guest reads the files itself. */
  readonly files?: Readonly<Record<string, string>>;
}

/** What goes along with a hook. */
export interface HookInput {
  readonly config: unknown;
  /** Services of others that are there now. */
  readonly services: readonly string[];
}

/** A response of `ctx.fetch`, all of it. */
export interface FetchAnswer {
  readonly status: number;
  readonly statusText: string;
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array;
}

/** What `ctx.fetch` accepts. */
export interface FetchInput {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly timeoutMs?: number;
}
