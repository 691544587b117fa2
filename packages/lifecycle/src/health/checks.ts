import { statfs } from 'node:fs/promises';
import { connect } from 'node:net';
import { getHeapStatistics } from 'node:v8';
import { LifecycleErrors } from '../errors.ts';
import { checkName, invalid } from '../options.ts';
import { degraded } from './degraded.ts';
import { publicUrl } from './redact.ts';
import type { Check } from './types.ts';

/** Is down when the file system of a path has less free space than needed, in bytes (100 MiB by default). */
export function diskCheck(path: string, options: { readonly minFreeBytes?: number } = {}): Check {
  checkOptions(options, ['minFreeBytes']);
  const { minFreeBytes = 100 * 2 ** 20 } = options;
  checkName('path', path);
  checkLeast('minFreeBytes', minFreeBytes);
  return async () => {
    const { bavail, bsize } = await statfs(path);
    const freeBytes = bavail * bsize;
    if (freeBytes < minFreeBytes) throw new LifecycleErrors.DISK_LOW({ path, freeBytes, minFreeBytes });
    return { freeBytes };
  };
}

/** Is degraded when the heap fills more than this part of its limit (0.9 by default); never down, because a restart loses work. */
export function memoryCheck(options: { readonly maxHeapRatio?: number } = {}): Check {
  checkOptions(options, ['maxHeapRatio']);
  const { maxHeapRatio = 0.9 } = options;
  checkLeast('maxHeapRatio', maxHeapRatio);
  return () => {
    const { used_heap_size: heapUsedBytes, heap_size_limit: heapLimitBytes } = getHeapStatistics();
    const details = { heapUsedBytes, heapLimitBytes, rssBytes: process.memoryUsage.rss() };
    const ratio = heapUsedBytes / heapLimitBytes;
    if (ratio <= maxHeapRatio) return details;
    return degraded(`The heap is ${Math.round(ratio * 100)} % full.`, details);
  };
}

/** Is degraded when a timer comes this late, in milliseconds (200 by default); never down, because a busy process is no dead one. */
export function eventLoopCheck(options: { readonly maxLagMs?: number } = {}): Check {
  checkOptions(options, ['maxLagMs']);
  const { maxLagMs = 200 } = options;
  checkLeast('maxLagMs', maxLagMs);
  const waitMs = 20;
  return async (signal) => {
    const startedAt = performance.now();
    await sleep(waitMs, signal);
    const lagMs = Math.max(0, performance.now() - startedAt - waitMs);
    return lagMs <= maxLagMs ? { lagMs } : degraded(`The event loop is ${Math.round(lagMs)} ms late.`, { lagMs });
  };
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  });
}

/** Is down when nothing accepts a connection at this address. */
export function tcpCheck(host: string, port: number): Check {
  checkName('host', host);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw invalid('port', 'a port from 1 to 65535', port);
  return (signal) =>
    new Promise<void>((resolve, reject) => {
      const socket = connect({ host, port, signal });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.destroy();
        resolve();
      });
    });
}

/** A misspelt option would do nothing. */
function checkOptions(options: object, names: readonly string[]): void {
  if (typeof options !== 'object' || options === null) throw invalid('options', 'an object', options);
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown !== undefined) throw invalid('options', `an object of ${names.join(', ')}`, unknown);
}

function checkLeast(option: string, value: unknown): void {
  if (typeof value !== 'number' || !(value >= 0)) throw invalid(option, 'a number from 0', value);
}

/** Is down when a GET does not answer with 200 to 299; redirects are not followed. */
export function httpCheck(url: string): Check {
  checkName('url', url);
  if (!URL.canParse(url) || !/^https?:/i.test(url)) throw invalid('url', 'an http or https address', publicUrl(url));
  return async (signal) => {
    const response = await fetch(url, { signal, redirect: 'manual' });
    await response.body?.cancel();
    if (!response.ok) throw new LifecycleErrors.UNEXPECTED_STATUS({ url: publicUrl(url), status: response.status });
    return { status: response.status };
  };
}
