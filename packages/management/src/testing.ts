import type { ManagementOptions } from './options.ts';
import { startManagement, type Management } from './server.ts';

/** An answer with its body, read whole. */
export interface TestAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; undefined when it is no JSON. */
  readonly json: unknown;
}

/** A management server on a free port, with a token that the questions carry. */
export interface TestManagement extends AsyncDisposable {
  readonly management: Management;
  readonly token: string;
  readonly get: (path: string, headers?: Readonly<Record<string, string>>) => Promise<TestAnswer>;
  readonly post: (path: string, body?: unknown) => Promise<TestAnswer>;
  readonly close: () => Promise<void>;
}

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Starts a server for tests; give it the contributors that you test. */
export async function startTestManagement(options: ManagementOptions = {}): Promise<TestManagement> {
  const token = 'the-token-of-these-tests';
  const management = await startManagement({ port: 0, token, ...options });
  const ask = async (path: string, { headers, ...init }: Asked): Promise<TestAnswer> => {
    const sent = { authorization: `Bearer ${token}`, connection: 'close', ...headers };
    const response = await fetch(new URL(path, management.url), { ...init, headers: sent });
    const text = await response.text();
    const isJson = text !== '' && (response.headers.get('content-type') ?? '').includes('json');
    return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined };
  };
  const close = (): Promise<void> => management.close();
  return {
    management,
    token,
    get: (path, headers = {}) => ask(path, { headers }),
    post: (path, body) =>
      ask(path, {
        method: 'POST',
        ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      }),
    close,
    [Symbol.asyncDispose]: close,
  };
}
