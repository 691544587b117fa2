/** A browser without pictures: it keeps cookies, follows nothing by itself, and sends forms as browsers do. */
export interface BrowserClient {
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Page>;
  /** Sends the form of a page, with its hidden fields. */
  send(page: Page, action: string, fields: Readonly<Record<string, string>>, headers?: Headers): Promise<Page>;
  signIn(name: string, password: string, next?: string): Promise<Page>;
  readonly cookies: ReadonlyMap<string, string>;
  setCookie(name: string, value: string): void;
}

type Headers = Readonly<Record<string, string>>;

export interface Page {
  readonly status: number;
  readonly url: string;
  readonly location: string | undefined;
  readonly headers: globalThis.Headers;
  readonly markup: string;
}

export function browserClient(serverUrl: string): BrowserClient {
  const cookies = new Map<string, string>();
  const ask = async (path: string, init: RequestInit = {}): Promise<Page> => {
    const url = new URL(path, serverUrl);
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { accept: 'text/html', ...(cookie !== '' && { cookie }), ...(init.headers as Headers | undefined) };
    const response = await fetch(url, { redirect: 'manual', ...init, headers });
    for (const each of response.headers.getSetCookie()) keep(cookies, each);
    const location = response.headers.get('location') ?? undefined;
    return {
      status: response.status,
      url: url.href,
      location,
      headers: response.headers,
      markup: await response.text(),
    };
  };
  const client: BrowserClient = {
    cookies,
    setCookie: (name, value) => void cookies.set(name, value),
    get: (path, headers) => ask(path, headers && { headers }),
    send(page, action, fields, headers = {}) {
      const hidden = hiddenFields(page.markup);
      const origin = { origin: new URL(serverUrl).origin, 'sec-fetch-site': 'same-origin' };
      const body = new URLSearchParams({ ...hidden, ...fields });
      return ask(action, {
        method: 'POST',
        body: body.toString(),
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...origin, ...headers },
      });
    },
    async signIn(name, password, next) {
      const page = await client.get(`/sign-in${next === undefined ? '' : `?next=${encodeURIComponent(next)}`}`);
      return client.send(page, '/sign-in', { name, password });
    },
  };
  return client;
}

function keep(cookies: Map<string, string>, header: string): void {
  const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(header) ?? [];
  if (/; *max-age=0/i.test(header)) cookies.delete(name);
  else cookies.set(name, value);
}

/** Of the first form that has any. */
function hiddenFields(markup: string): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [, name = '', value = ''] of markup.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)) {
    found[name] ??= value.replaceAll('&amp;', '&');
  }
  return found;
}
