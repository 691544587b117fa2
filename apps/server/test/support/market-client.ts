import { registryClient, type RegistryClient } from './registry-client.ts';

export interface MarketClient {
  readonly npm: RegistryClient;
  /** To `/api/v1`, with the account's token. */
  api(method: string, path: string, body?: unknown): Promise<MarketAnswer>;
}

export interface MarketAnswer {
  readonly status: number;
  /** What came as JSON; undefined without a body. */
  readonly body: never;
}

export async function marketClient(serverUrl: string, name: string): Promise<MarketClient> {
  const npm = await registryClient(serverUrl, name);
  return { npm, api: (method, path, body) => askMarket(serverUrl, method, path, { body, token: npm.token }) };
}

export async function askMarket(
  serverUrl: string,
  method: string,
  path: string,
  { body, token }: { readonly body?: unknown; readonly token?: string } = {},
): Promise<MarketAnswer> {
  const response = await fetch(`${serverUrl}/api/v1${path}`, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as never };
}
