import { password } from './npm-client.ts';

export interface RegistryClient {
  readonly token: string;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Response>;
  send(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>;
}

/** The account's requests to the registry, as npm would send them. */
export async function registryClient(serverUrl: string, name: string): Promise<RegistryClient> {
  const response = await fetch(`${serverUrl}/npm/-/user/org.couchdb.user:${name}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, password, email: `${name}@example.com` }),
  });
  const { token } = (await response.json()) as { token: string };
  return withToken(serverUrl, token);
}

export function withToken(serverUrl: string, token: string): RegistryClient {
  const authorization = token === '' ? {} : { authorization: `Bearer ${token}` };
  return {
    token,
    get: (path, headers = {}) => fetch(`${serverUrl}/npm${path}`, { headers: { ...authorization, ...headers } }),
    send: (method, path, body, headers = {}) =>
      fetch(`${serverUrl}/npm${path}`, {
        method,
        headers: { ...authorization, 'content-type': 'application/json', ...headers },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
  };
}
