import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose';
import { Provider, type JWK } from 'oidc-provider';

/** A real provider of OpenID Connect. Whoever comes is `person`, without being asked. */
export interface OpenIdProvider extends AsyncDisposable {
  readonly issuer: string;
  person: Readonly<Record<string, unknown>> & { readonly sub: string };
  /** What it answers at the token endpoint instead of what it would; undefined for what it would. */
  tokens: ((asked: AskedTokens) => Promise<TokenAnswer>) | undefined;
  /** An ID token with its key; what is given replaces what would be right. */
  sign(claims: JWTPayload, key?: CryptoKey): Promise<string>;
  /** Signs with a new key from now on, and publishes the old one beside it. */
  rotate(): Promise<void>;
  /** Answers nothing until it is called off. */
  hang: boolean;
  readonly asked: readonly string[];
}

export interface AskedTokens {
  /** Of the newest request to sign in. */
  readonly nonce: string;
  readonly form: URLSearchParams;
}

export interface TokenAnswer {
  readonly status?: number;
  readonly body: object;
}

export const clientId = 'seaworthy';
export const clientSecret = 'a secret only for these tests';

/** @param callbacks Where the server under test is called back; known when it listens. */
export async function startOpenIdProvider(callbacks: () => readonly string[]): Promise<OpenIdProvider> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  let keys = [await jwkOf(privateKey, 'first')];
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let nonce = '';
  const asked: string[] = [];
  const state: OpenIdProvider = {
    issuer,
    person: { sub: 'nobody' },
    tokens: undefined,
    hang: false,
    asked,
    async sign(claims, signer = privateKey) {
      const now = Math.floor(Date.now() / 1_000);
      const right = { iss: issuer, sub: state.person.sub, aud: clientId, iat: now, exp: now + 60, nonce };
      return new SignJWT({ ...right, ...state.person, ...claims })
        .setProtectedHeader({ alg: 'RS256', kid: 'first' })
        .sign(signer);
    },
    async rotate() {
      const { privateKey: next } = await generateKeyPair('RS256', { extractable: true });
      keys = [await jwkOf(next, 'second'), ...keys];
      provider = undefined;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  let provider: Provider | undefined;
  // Made at the first request: before it nobody knows where to call back.
  const current = (): Provider => (provider ??= makeProvider(issuer, keys, callbacks(), () => state.person));
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (state.hang) return;
    const url = new URL(request.url ?? '/', issuer);
    asked.push(url.pathname);
    nonce = url.searchParams.get('nonce') ?? nonce;
    if (url.pathname.startsWith('/interaction/')) {
      return current().interactionFinished(request, response, { login: { accountId: state.person.sub } });
    }
    if (url.pathname !== '/token' || state.tokens === undefined) return current().callback()(request, response);
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const { status = 200, body } = await state.tokens({
      nonce,
      form: new URLSearchParams(Buffer.concat(chunks).toString()),
    });
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  server.on('request', (request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  return state;
}

async function jwkOf(key: CryptoKey, kid: string): Promise<JWK> {
  return { ...(await exportJWK(key)), kid, alg: 'RS256', use: 'sig' };
}

function makeProvider(
  issuer: string,
  keys: readonly JWK[],
  callbacks: readonly string[],
  person: () => OpenIdProvider['person'],
): Provider {
  const client = {
    client_id: clientId,
    client_secret: clientSecret,
    redirect_uris: callbacks.map((url) => `${url}/sign-in/openid/callback`),
    post_logout_redirect_uris: callbacks.map((url) => `${url}/sign-in`),
  };
  return new Provider(issuer, {
    clients: [client],
    jwks: { keys: [...keys] },
    cookies: { keys: ['only for these tests'] },
    claims: { profile: ['preferred_username', 'groups', 'realm_access'], email: ['email', 'email_verified'] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ ...person(), sub: id }) }),
    async loadExistingGrant(context) {
      const grant = new context.oidc.provider.Grant({
        clientId: context.oidc.client?.clientId,
        accountId: context.oidc.session?.accountId,
      });
      grant.addOIDCScope('openid profile email');
      await grant.save();
      return grant;
    },
  });
}
