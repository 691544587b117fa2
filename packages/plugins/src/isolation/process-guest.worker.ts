// The program of a process that plugins run in. It closes the process, and then serves the host over the pipe that it was
// started with.
import { subscribe } from 'node:diagnostics_channel';
import { read, writeSync } from 'node:fs';
import { createFrameReader, frameOf } from './frames.ts';
import { installGuard } from './guard.ts';
import { startGuest } from './guest.ts';
import type { PluginInput, PluginKey } from './protocol.ts';
import type { ProcessInput } from './process-input.ts';

const pipe = 3;
const input = JSON.parse(process.argv[2] ?? '{}') as ProcessInput;
const { exit, memoryUsage } = process;

// Writing waits until the host has read: a host that stands still is not flooded.
function write(bytes: Buffer): void {
  for (let at = 0; at < bytes.length;) at += writeSync(pipe, bytes, at);
}

const urlsOf = new Map<PluginKey, readonly string[]>();

const guest = startGuest({
  send: (message) => write(frameOf(message, input.messageBytes)),
  memory: () => memoryUsage.rss(),
  async load({ key, entry, files = {} }: PluginInput) {
    const base = `plugin://${key}/`;
    const urls = Object.entries(files).map(([path, source]) => {
      const { href } = new URL(path, base);
      guard.add(href, source);
      return href;
    });
    urlsOf.set(key, urls);
    return (await import(new URL(entry, base).href)) as object;
  },
  unload(key) {
    for (const url of urlsOf.get(key) ?? []) guard.remove(url);
    urlsOf.delete(key);
  },
});

// Newer versions of Node say what their permission model refuses.
for (const what of ['fs', 'child', 'worker', 'net', 'addon', 'wasi', 'inspector', 'ffi']) {
  subscribe(`node:permission-model:${what}`, (event) => {
    const { resource } = event as { readonly resource?: unknown };
    guest.tell('refused', [null, `${what} ${String(resource)}`]);
  });
}

const guard = installGuard({
  modules: input.modules,
  env: grantedVariables(),
  print: (level, text) => guest.tell('print', [level, text]),
  onRefused: (what, importer) => guest.tell('refused', [Number(/^plugin:\/\/(\d+)\//.exec(importer)?.[1] ?? 0), what]),
});

const reader = createFrameReader({
  mostBytes: input.messageBytes,
  onValue: (value) => guest.receive(value),
  onRefused: () => exit(1),
});
const chunk = Buffer.allocUnsafe(65_536);

// Not a stream: the class of a socket would be within reach of whoever changes the prototypes of streams.
function listen(): void {
  read(pipe, chunk, 0, chunk.length, null, (error, count) => {
    if (error !== null || count === 0) exit(0);
    reader.push(Buffer.from(chunk.subarray(0, count)));
    listen();
  });
}
listen();
guest.tell('ready', []);

/** The environment of this process is what was granted, and nothing else. */
function grantedVariables(): Record<string, string> {
  return Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name, value ?? '']));
}
