import { createPluginHost, inline } from '../src/index.ts';
import type { Plugin, PluginEntry, PluginHost, PluginHostOptions, PluginManifest } from '../src/index.ts';

/** An entry in one line: the id, the plugin, and what else the manifest says. */
export function entry(id: string, plugin: Plugin = {}, manifest: Partial<PluginManifest> = {}): PluginEntry {
  return { manifest: { id, ...manifest }, plugin };
}

/** A manifest that depends on any version of the given plugins. */
export function needs(...ids: readonly string[]): Partial<PluginManifest> {
  return { dependencies: Object.fromEntries(ids.map((id) => [id, '*'])) };
}

export function hostOf(entries: readonly PluginEntry[], options: Partial<PluginHostOptions> = {}): Promise<PluginHost> {
  return createPluginHost({ sources: [inline(entries)], ...options });
}

/** Plugins that write each of their hooks into `log`. */
export function recorder(log: string[]): (id: string) => Plugin {
  return (id) => ({
    onInit: () => log.push(`${id} init`),
    onStart: () => log.push(`${id} start`),
    onStop: () => log.push(`${id} stop`),
    onDestroy: () => log.push(`${id} destroy`),
  });
}

/** A promise that the test settles itself. */
export function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  const controller = new AbortController();
  const opened = new Promise<void>((resolve) => {
    controller.signal.addEventListener('abort', () => resolve());
  });
  return { opened, open: () => controller.abort() };
}

/** The states of all plugins, by id. */
export function states(host: PluginHost): Record<string, string> {
  return Object.fromEntries(host.status().map(({ id, state }) => [id, state]));
}
