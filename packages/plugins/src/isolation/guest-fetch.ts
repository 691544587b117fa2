import type { FetchAnswer, FetchInput } from './protocol.ts';

/** A response as plugins get it: the body is there already. */
export interface GuestResponse {
  readonly ok: boolean;
  readonly status: number;
  readonly statusText: string;
  readonly url: string;
  readonly headers: { get(name: string): string | null; entries(): readonly (readonly [string, string])[] };
  text(): Promise<string>;
  json(): Promise<unknown>;
  arrayBuffer(): Promise<ArrayBufferLike>;
}

export function guestResponse({ status, statusText, url, headers, body }: FetchAnswer): GuestResponse {
  const byName = new Map(headers.map(([name, value]) => [name.toLowerCase(), value]));
  const text = (): string => decodeUtf8(body);
  return {
    ok: status >= 200 && status < 300,
    status,
    statusText,
    url,
    headers: { get: (name) => byName.get(name.toLowerCase()) ?? null, entries: () => headers },
    text: () => Promise.resolve().then(text),
    json: () => Promise.resolve().then((): unknown => JSON.parse(text())),
    arrayBuffer: () => Promise.resolve(new Uint8Array(body).buffer),
  };
}

/** Reads the plain data out of what a plugin gave `ctx.fetch`. */
export function fetchInput(init: unknown): FetchInput {
  const { method, headers, body, timeoutMs } = (init ?? {}) as Record<string, unknown>;
  const pairs = typeof headers === 'object' && headers !== null ? Object.entries(headers) : [];
  return {
    ...(typeof method === 'string' && { method }),
    ...(typeof timeoutMs === 'number' && { timeoutMs }),
    headers: Object.fromEntries(pairs.map(([name, value]) => [name, String(value)])),
    ...((typeof body === 'string' || body instanceof Uint8Array) && { body }),
  };
}

declare const TextDecoder: undefined | (new () => { decode(bytes: Uint8Array): string });

/** QuickJS has no TextDecoder. */
function decodeUtf8(bytes: Uint8Array): string {
  if (typeof TextDecoder === 'function') return new TextDecoder().decode(bytes);
  const escaped = Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  return decodeURIComponent(escaped);
}
