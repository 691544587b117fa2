// `fetch` for plugins that have no network of their own: the host asks for them, and only where their manifest says.
import { PluginErrors } from '../errors.ts';
import { isTimeout, type PluginManifest } from '../manifest.ts';
import type { FetchAnswer } from './protocol.ts';

const defaultTimeoutMs = 30_000;
const mostRedirects = 5;
const largestBody = 32 * 1024 * 1024;

/** Who fetches, and what its manifest was granted. */
export interface Fetching {
  readonly id: string;
  readonly manifest: Pick<PluginManifest, 'permissions'>;
}

/**
 * Fetches for a plugin, and asks at each redirect again.
 *
 * @throws FETCH_REFUSED; CALL_TIMEOUT after `timeoutMs` of the init, 30 s without it
 */
export async function fetchFor(
  plugin: Fetching,
  address: string,
  init: unknown,
  signals: readonly AbortSignal[],
): Promise<FetchAnswer> {
  const { timeoutMs: wanted } = (init ?? {}) as { readonly timeoutMs?: unknown };
  const timeoutMs = isTimeout(wanted) ? wanted : defaultTimeoutMs;
  const late = AbortSignal.timeout(timeoutMs);
  try {
    return await follow(plugin, address, init, AbortSignal.any([...signals, late]));
  } catch (error) {
    if (!late.aborted || error !== late.reason) throw error;
    throw new PluginErrors.CALL_TIMEOUT({ method: `fetch of ${address.slice(0, 200)}`, timeoutMs });
  }
}

async function follow(
  { id: plugin, manifest }: Fetching,
  address: string,
  init: unknown,
  signal: AbortSignal,
): Promise<FetchAnswer> {
  const { method = 'GET', body, ...given } = readInit(init);
  let { headers } = given;
  const hosts = manifest.permissions?.net ?? [];
  let url = address;
  for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
    refuseUnlessAllowed(plugin, url, hosts);
    const request = { method, signal, redirect: 'manual' as const, ...(headers && { headers }), ...(body && { body }) };
    const response = await fetch(url, request);
    const next = response.headers.get('location');
    if (response.status < 300 || response.status > 399 || next === null) return await answerOf(plugin, response);
    await response.body?.cancel();
    if (method !== 'GET' && method !== 'HEAD') {
      throw new PluginErrors.FETCH_REFUSED({ plugin, url, why: `it redirects a ${method}` });
    }
    const target = new URL(next, url);
    // What was meant for one host is not for another.
    if (target.origin !== new URL(url).origin) headers = undefined;
    url = target.href;
  }
  throw new PluginErrors.FETCH_REFUSED({ plugin, url: address, why: `it redirects more than ${mostRedirects} times` });
}

/** Whether one of `api.example.com`, `api.example.com:8443` and `*.example.com` allows the URL. */
export function isHostAllowed(url: URL, hosts: readonly string[]): boolean {
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return hosts.some((allowed) => {
    const [, name = '', wantedPort] = /^(.*?)(?::(\d+))?$/.exec(allowed) ?? [];
    if (wantedPort !== undefined ? wantedPort !== port : port !== '443' && port !== '80') return false;
    return name.startsWith('*.') ? url.hostname.endsWith(name.slice(1)) : url.hostname === name;
  });
}

function refuseUnlessAllowed(plugin: string, address: string, hosts: readonly string[]): void {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const refuse = (why: string): Error => new PluginErrors.FETCH_REFUSED({ plugin, url: address.slice(0, 200), why });
  if (url === undefined) throw refuse('it is not an absolute URL');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw refuse(`${url.protocol} is not HTTP`);
  if (!isHostAllowed(url, hosts)) throw refuse(`\`permissions.net\` does not have ${url.host}`);
}

interface Init {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

function readInit(init: unknown): Init {
  const { method, headers, body } = (init ?? {}) as Record<string, unknown>;
  return {
    ...(typeof method === 'string' && { method: method.toUpperCase() }),
    ...(typeof headers === 'object' && headers !== null && { headers: textsOf(headers) }),
    ...(typeof body === 'string' && { body }),
    ...(body instanceof Uint8Array && { body: new Uint8Array(body) }),
  };
}

function textsOf(headers: object): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

async function answerOf(plugin: string, response: Response): Promise<FetchAnswer> {
  const { status, statusText, url, headers } = response;
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.byteLength;
    if (size > largestBody) {
      throw new PluginErrors.FETCH_REFUSED({ plugin, url, why: `its body is over ${largestBody} bytes` });
    }
    parts.push(part);
  }
  return { status, statusText, url, headers: [...headers.entries()], body: new Uint8Array(Buffer.concat(parts, size)) };
}
